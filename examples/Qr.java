import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Saves the QR code of an instance as qr.png, again on every rotation, until it is scanned.
 *
 * <pre>API_URL=… ID_INSTANCE=… API_TOKEN_INSTANCE=… java Qr.java</pre>
 *
 * Needs nothing but Java 11 or later.
 */
public class Qr {
    private static final Path PICTURE = Path.of("qr.png");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws InterruptedException, IOException {
        URI url = URI.create(String.format("%s/waInstance%s/qr/%s",
            System.getenv().getOrDefault("API_URL", "http://127.0.0.1:8080").replaceAll("/+$", ""),
            variable("ID_INSTANCE"), variable("API_TOKEN_INSTANCE")));
        String shown = "";
        while (true) {
            String answer = ask(url);
            String type = member(answer, "type");
            String message = member(answer, "message");
            if (type.equals("alreadyLogged")) {
                System.out.println("linked");
                return;
            }
            if (!type.equals("qrCode")) {
                leave(type + ": " + message);
            }
            if (!message.equals(shown)) {
                shown = message;
                Files.write(PICTURE, Base64.getDecoder().decode(message));
                System.out.println("a new code is in " + PICTURE);
            }
            Thread.sleep(1000);
        }
    }

    /** One call; the first one waits until an instance that has been asleep has a code. */
    private static String ask(URI url) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(60)).build();
        try {
            HttpResponse<String> response =
                CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                String hint = Map.of(401, "wrong API_TOKEN_INSTANCE", 403, "unknown ID_INSTANCE")
                    .getOrDefault(response.statusCode(), response.body());
                leave("HTTP " + response.statusCode() + ": " + hint);
            }
            return response.body();
        } catch (IOException error) {
            leave("no answer from " + url.getAuthority() + ": " + error);
            return "";
        }
    }

    /** Enough JSON for this answer: the value of a text member without escapes. */
    private static String member(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            leave("set the environment variable " + name);
        }
        return value;
    }

    private static void leave(String message) {
        System.err.println(message);
        System.exit(1);
    }
}
