// Baileys builds addresses of media hosts as https://{host}/…; here they lead to the simulator.

import { globalAgent } from 'node:https';
import { connect } from 'node:net';

const simulator = new URL(process.env.SIMULATOR_URL.replace(/^ws/, 'http'));

/** For uploads: what Baileys sends to any host goes to the simulator, without TLS. */
export const uploads = new globalAgent.constructor();
uploads.createConnection = () => connect(Number(simulator.port), simulator.hostname);

/** For downloads: Baileys takes the fetch that there is. */
export function downloadFromSimulator() {
  const { fetch: plain } = globalThis;
  globalThis.fetch = (url, options) =>
    plain(String(url).replace(/^https:\/\/[^/]+/, simulator.origin), options);
}
