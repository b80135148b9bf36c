// The client: every page is whole without it; it adds the keyboard, copying, suggestions and the live connection.
import htmx from "htmx.org/dist/htmx.esm.js";
import { startCopying } from "./copy";
import { startDialogs } from "./dialogs";
import { startEditing } from "./editing";
import { startKeys } from "./keys";
import { startMenus } from "./menus";
import { startSuggestions } from "./suggestions";
import { startContents } from "./contents";

// Nothing of htmx that the content security policy would refuse.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;

startMenus();
startDialogs();
startKeys();
startSuggestions();
startCopying();
startContents();
startEditing();
