// The virtual phones of a simulated network, moved over HTTP.

const PHONES_URL = process.env.PHONES_URL;

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
export const unlink = (phone) => call('POST', `phones/${phone}/unlink`, {});

/** A new phone, so that a run does not depend on what was linked before. */
export const newPhone = async (options = {}) => (await call('POST', 'phones', options)).phone;

export async function linkedDevices(phone) {
  const phones = await call('GET', 'phones');
  return phones.find((entry) => entry.phone === phone).linkedDevices;
}
