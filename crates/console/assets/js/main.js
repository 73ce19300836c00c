// Starts what a page needs. Every page works, in a plainer way, without any of it.

import { watchChats } from "./chats.js";
import { watchComposers } from "./composer.js";
import { watchCopyButtons } from "./copy.js";
import { startCountdowns } from "./countdown.js";
import { watchDialogs } from "./dialogs.js";
import { watchForms } from "./forms.js";
import { startHandset } from "./handset.js";
import { startLive } from "./live.js";
import { showPhones } from "./phones.js";
import { watchTabs } from "./tabs.js";
import { localiseTimes } from "./times.js";

watchChats();
watchComposers();
watchCopyButtons();
watchDialogs();
watchForms();
watchTabs();
localiseTimes(document);
startCountdowns(document);
startLive();
showPhones();
startHandset();
