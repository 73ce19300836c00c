// The account section: states, settings, links, notifications of them, and access.

import whatsAppClient from "@green-api/whatsapp-api-client";
import { enterCode } from "../phones.mjs";
import {
  answers, call, check, linkByQr, newInstance, refused, remove, untilState,
} from "./bench.mjs";

async function settings(api) {
  const before = await call(() => api.settings.getSettings());
  check("getSettings has the keys that bots index",
    ["wid", "webhookUrl", "incomingWebhook", "outgoingAPIMessageWebhook", "sharedSession"]
      .every((key) => key in before), before);
  const change = { stateWebhook: "yes", delaySendMessagesMilliseconds: 1000 };
  answers("setSettings", await call(() => api.settings.setSettings(change)),
    { saveSettings: true });
  answers("what was set is read back", await call(() => api.settings.getSettings()),
    { ...before, ...change });
  await refused("setSettings of nothing", () => api.settings.setSettings({}), 400,
    "'value' must have at least 1 key");
}

async function linked(api, phone) {
  answers("qr of a linked instance", await call(() => api.instance.qr()),
    { type: "alreadyLogged", message: "instance account already authorized" });
  const account = await call(() => api.settings.getWaSettings());
  check("getWaSettings shows the account", account.phone === phone
    && account.deviceId.startsWith(`${phone}:`), account);
  const device = await call(() => api.instance.getDeviceInfo());
  check("getDeviceInfo has its members", "platform" in device && "battery" in device, device);
}

async function notifications(api) {
  const service = api.webhookService;
  const first = await call(() => service.receiveNotification());
  check("receiveNotification", first?.body?.typeWebhook === "stateInstanceChanged", first);
  answers("it comes again", await call(() => service.receiveNotification()), first);
  const deleted = await call(() => service.deleteNotification(first.receiptId));
  check("deleteNotification removes it", (deleted.result ?? deleted) === true, deleted);
}

async function life(api, phone) {
  answers("reboot", await call(() => api.instance.reboot()), { isReboot: true });
  await untilState(api, "authorized");
  answers("logout", await call(() => api.instance.logout()), { isLogout: true });
  await untilState(api, "notAuthorized");
  const issued = await call(() => api.instance.getAuthorizationCode(Number(phone)));
  check("getAuthorizationCode", issued.status === true && issued.code.length === 8, issued);
  await enterCode(phone, issued.code);
  await untilState(api, "authorized");
}

export async function account() {
  const instance = await newInstance();
  const { access, api } = instance;
  await settings(api);
  const phone = await linkByQr(api, "Compat");
  await linked(api, phone);
  await notifications(api);
  await life(api, phone);
  const stranger = whatsAppClient.restAPI({ ...access, apiTokenInstance: "wrong" });
  await refused("a wrong token", () => stranger.settings.getSettings(), 401);
  await remove(instance);
  await refused("a deleted instance", () => api.instance.getStateInstance(), 400,
    "Instance is deleted");
}
