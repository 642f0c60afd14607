// What a screen reader hears of itself: progress, verdicts, notes; and the keyboard's ways through the tabs.
(() => {
  const find = (selector) => document.querySelector(selector);
  const root = document.documentElement;
  const SPOKEN = ["#problem", "#progress", "#encoding", "#book-encoding", "#book-state", "#files-state", "#two-state", "#two-verdict", "#two-probability", ".portrait-name"];
  const PARTS = ".progress, .warning, .verdict, .says, .partial, .aside, .notices, [class*='info']";
  const PACE = 10000;
  const KEPT = 4;

  const region = () => {
    let place = find("#announcer");
    if (!place) {
      place = Object.assign(document.createElement("div"), { id: "announcer" });
      for (const [name, value] of [["role", "status"], ["aria-atomic", "false"]]) place.setAttribute(name, value);
      document.body.append(place);
    }
    return place;
  };
  const say = (text) => {
    region().append(Object.assign(document.createElement("p"), { textContent: text }));
    while (region().children.length > KEPT) region().firstChild.remove();
  };
  Object.assign(window.prose, { say });

  // What an alert says is heard without us; what stands on a tab out of sight is not said.
  const textOf = (place) => {
    if (!place?.checkVisibility() || place.querySelector("[role='alert']")) return "";
    const parts = place.matches(".portrait-name") ? [place] : [...place.querySelectorAll(PARTS)];
    return parts.filter((part) => part.checkVisibility()).map((part) => part.textContent.trim()).filter(Boolean).join(". ");
  };

  // A count that runs is said now and then, everything else at once; another language only where it is news.
  const known = {};
  const listen = (selector) => {
    const place = find(selector);
    const text = textOf(place);
    const last = known[selector] ?? { text: "", at: 0, language: root.lang };
    if (text === last.text) return;
    const running = Boolean(place?.querySelector("progress"));
    const translated = last.language !== root.lang;
    if (running && !translated && Date.now() - last.at < PACE) return;
    known[selector] = { text, at: text ? Date.now() : 0, language: root.lang };
    if (text && !(translated && last.text)) say(text);
  };
  let queued = false;
  new MutationObserver((changes) => {
    if (queued || changes.every((change) => change.target.closest?.("#announcer"))) return;
    queued = true;
    setTimeout(() => { queued = false; region(); SPOKEN.forEach(listen); }, 150);
  }).observe(root, { childList: true, subtree: true, characterData: true });

  // Arrows between the tabs, as a screen reader promises of them.
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -1e6, End: 1e6 };
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("#tabs [role='tab']");
    if (!tab || !(event.key in STEPS)) return;
    event.preventDefault();
    const tabs = [...tab.parentElement.querySelectorAll("[role='tab']")];
    const next = tabs[Math.min(Math.max(tabs.indexOf(tab) + STEPS[event.key], 0), tabs.length - 1)];
    next.click();
    next.focus();
  });

  // The skip link leads to the first thing to do on the tab in sight.
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".skip")) return;
    event.preventDefault();
    const panel = [...document.querySelectorAll("#tabs [role='tabpanel']")].find((one) => one.checkVisibility());
    panel?.querySelector("textarea, button[tabindex='0'], input")?.focus();
  });
})();
