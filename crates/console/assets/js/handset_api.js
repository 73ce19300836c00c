// Calls of the phone API, which moves the virtual phones of a sandbox.

/// A call: a GET, or a POST where there is a body. Fails with the API's own words.
export async function call(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(path, options);
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.error ?? answer.statusText);
  return json;
}

/// Reads a file as the API takes it.
export function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

const THUMBNAIL_PIXELS = 160;

/// A picture with what phones send beside it: its size, and a small copy of it.
export async function picture(file) {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  const scale = Math.min(1, THUMBNAIL_PIXELS / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const url = canvas.toDataURL("image/jpeg", 0.8);
  const thumbnail = url.slice(url.indexOf(",") + 1);
  return { data: await base64(file), mimeType: file.type, width, height, thumbnail };
}
