// The virtual phones of a simulated network, moved over HTTP.

const PHONES_URL = process.env.PHONES_URL?.replace(/\/$/, '');

async function call(method, path, body) {
  const response = await fetch(`${PHONES_URL}/sandbox/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${answer.error} ${answer.hint}`);
  return answer;
}

export const network = () => call('GET', 'network');
export const fault = (body) => call('POST', 'faults', body);
export const scan = (phone, qr) => call('POST', `phones/${phone}/scan`, { qr });
export const enterCode = (phone, code) => call('POST', `phones/${phone}/pairing-code`, { code });
/** A phone sends a message to a number; gives its id. */
export const phoneSends = async (phone, to, message) =>
  (await call('POST', `phones/${phone}/messages`, { chatId: to, ...message })).id;
/** A phone does something about a chat: read, played, typing. */
export const phoneDoes = (phone, what, body) => call('POST', `phones/${phone}/${what}`, body);
export const phoneCalls = (phone, body) => call('POST', `phones/${phone}/calls`, body);
/** Waits until a phone holds a message, with a status if one is named. */
export async function phoneHolds(phone, id, status) {
  const wanted = status ? `&status=${status}` : '';
  const [row] = await call('GET', `phones/${phone}/messages?id=${id}${wanted}&wait=60`);
  if (!row) throw new Error(`${phone} does not hold ${id} ${status ?? ''}`);
  return row;
}
export const chats = (phone) => call('GET', `phones/${phone}/chats`);
/** The file of a message, as the phone decrypts it. */
export async function phoneFile(phone, id) {
  const response = await fetch(`${PHONES_URL}/sandbox/phones/${phone}/messages/${id}/file`);
  if (!response.ok) throw new Error(`file of ${id}: ${response.status} ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}
export const unlink = (phone) => call('POST', `phones/${phone}/unlink`, {});

export const newGroup = (phone, body) => call('POST', `phones/${phone}/groups`, body);

/** A new phone, so that a run does not depend on what was linked before. */
export const newPhone = async (options = {}) => (await call('POST', 'phones', options)).phone;

export async function linkedDevices(phone) {
  const phones = await call('GET', 'phones');
  return phones.find((entry) => entry.phone === phone).linkedDevices;
}
