' Saves the QR code of an instance as qr.png beside the workbook and shows it on the sheet.
' Excel on Windows: Alt+F11, Insert > Module, paste, fill in the three values, run ShowQr.
Option Explicit

Private Const API_URL As String = "http://127.0.0.1:8080"
Private Const ID_INSTANCE As String = ""
Private Const API_TOKEN_INSTANCE As String = ""

' The first call of an instance that has been asleep waits for its first code.
Private Const ANSWER_LIMIT_MS As Long = 60000

Public Sub ShowQr()
    Dim http As Object
    Dim url As String

    If ID_INSTANCE = "" Or API_TOKEN_INSTANCE = "" Then
        MsgBox "Fill in ID_INSTANCE and API_TOKEN_INSTANCE at the top of the module."
        Exit Sub
    End If
    url = API_URL & "/waInstance" & ID_INSTANCE & "/qr/" & API_TOKEN_INSTANCE

    On Error GoTo NoAnswer
    Set http = CreateObject("WinHttp.WinHttpRequest.5.1")
    http.SetTimeouts 5000, 5000, 5000, ANSWER_LIMIT_MS
    http.Open "GET", url, False
    ' The picture itself. Where there is no code, the answer is the JSON that says why.
    http.SetRequestHeader "Accept", "image/png"
    http.Send
    On Error GoTo 0

    Select Case True
        Case http.Status = 401
            MsgBox "Wrong API_TOKEN_INSTANCE."
        Case http.Status = 403
            MsgBox "Unknown ID_INSTANCE."
        Case http.Status <> 200
            MsgBox "HTTP " & http.Status & ": " & http.ResponseText
        Case InStr(1, http.GetResponseHeader("Content-Type"), "image/png", vbTextCompare) = 1
            ShowPicture SavePicture(http.ResponseBody)
        Case InStr(1, http.ResponseText, "alreadyLogged") > 0
            MsgBox "The instance is linked."
        Case Else
            MsgBox http.ResponseText
    End Select
    Exit Sub

NoAnswer:
    MsgBox "No answer from " & API_URL & ": " & Err.Description
End Sub

Private Function SavePicture(ByVal bytes As Variant) As String
    Const BINARY As Long = 1
    Const OVERWRITE As Long = 2
    Dim folder As String
    Dim stream As Object

    folder = ThisWorkbook.Path
    If folder = "" Then folder = Environ$("TEMP")
    SavePicture = folder & "\qr.png"
    Set stream = CreateObject("ADODB.Stream")
    stream.Type = BINARY
    stream.Open
    stream.Write bytes
    stream.SaveToFile SavePicture, OVERWRITE
    stream.Close
End Function

Private Sub ShowPicture(ByVal file As String)
    Const SIDE As Single = 225
    Dim shape As Object

    For Each shape In ActiveSheet.Shapes
        If shape.Name = "QR code" Then shape.Delete
    Next shape
    With ActiveSheet.Shapes.AddPicture(file, False, True, 10, 10, SIDE, SIDE)
        .Name = "QR code"
    End With
End Sub
