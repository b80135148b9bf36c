// The client: every page is whole without it; it adds the keyboard, copying, suggestions and the live connection.
import htmx from "htmx.org/dist/htmx.esm.js";
import { onceLookedAt } from "./ahead";
import { startCopying } from "./copy";
import { startDemo } from "./demo";
import { startDesk } from "./desk";
import { startDialogs } from "./dialogs";
import { startFilters } from "./filters";
import { startFolds } from "./folds";
import { startKeeping } from "./drafting/kept";
import { startEditing } from "./editing";
import { startKeys } from "./keys";
import { startLive } from "./live";
import { startWriters } from "./live/writers";
import { startMenus } from "./menus";
import { startBell } from "./notifications/bell";
import { startFollowing } from "./notifications/following";
import { startInbox } from "./notifications/inbox";
import { startPopups } from "./notifications/popups";
import { startPush } from "./notifications/push";
import { startSeen } from "./notifications/seen";
import { startSuggestions } from "./suggestions";
import { startPasskeys } from "./passkeys";
import { startOpened } from "./opened";
import { startPalette } from "./palette";
import { startPlaces } from "./places";
import { startQuietForms } from "./quiet";
import { startResults } from "./results";
import { startTalk } from "./talk";
import { startState } from "./state";
import { startTheme } from "./theme";
import { startContents } from "./contents";
import { startTour } from "./tour";
import { startWidening } from "./widen";
import { startWords } from "./words";

// Nothing of htmx that the content security policy would refuse.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;

onceLookedAt(() => {
  startMenus();
  startDemo();
  startDesk(); // before the dialogs: it completes what they open
  startDialogs();
  startWords(); // after what sends a form by itself
  startResults(); // before the single keys: on a list of hits J, K and Y are its own
  startInbox();
  startKeys();
  startSuggestions();
  startWidening();
  startCopying();
  startContents();
  startFilters();
  startFolds();
  startPlaces(); // when what is folded is folded
  startKeeping();
  startEditing();
  startPasskeys();
  startPalette();
  startQuietForms();
  startOpened();
  startState();
  startTheme();
  startTalk();
  startTour();
  startWriters();
  startBell();
  startFollowing();
  startPopups();
  startPush();
  startSeen();
  startLive();
});
