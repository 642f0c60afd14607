// The page's few lines of its own: language, counter, keyboard, and what a screen reader hears.
(() => {
  const TITLES = { ru: "Чья это проза?", en: "Whose prose is this?" };
  const NOUNS = {
    ru: { one: "знак", few: "знака", many: "знаков", other: "знака" },
    en: { one: "character", other: "characters" },
  };
  const DRAWN = ["class", ...["at", "author", "book", "crc", "drawn", "dressed", "from", "known", "points", "result",
    "settled"].map((name) => `data-${name}`)];
  const LARGEST_FILE = 60_000_000;
  const MOST_FILES = 50;
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);
  const box = () => find("#excerpt-box textarea");

  const use = (language) => {
    root.lang = language;
    document.title = TITLES[language] ?? TITLES.ru;
    return language;
  };

  const saved = () => {
    try { return localStorage.getItem("language"); } catch { return null; }
  };

  const linked = () => new URLSearchParams(location.hash.slice(1)).get("language"); // see sharing.js

  const preferred = () => {
    const wanted = navigator.languages.map((tag) => tag.slice(0, 2));
    return wanted.find((tag) => tag in TITLES) ?? "en";
  };

  window.prose = {
    language: () => use([linked(), saved()].find((one) => one in TITLES) ?? preferred()),
    remember: (language) => {
      try { localStorage.setItem("language", language); } catch { /* a private window may refuse */ }
      return use(language);
    },
    busy: (inputs) => { root.dataset.busy = "yes"; return inputs; },
    rest: () => { delete root.dataset.busy; return []; },
    // After what was drawn has changed. Gradio keeps elements that look alike, and changes only their attributes.
    redrawn: (callback) => new MutationObserver(callback).observe(root, { childList: true, subtree: true, attributeFilter: DRAWN }),
    // The keyboard's place: where what had the focus is drawn anew, that which is named alike has it again.
    keepFocus: (selector, nameOf) => {
      let kept = null;
      document.addEventListener("pointerdown", () => { kept = null; }, true);
      document.addEventListener("focusin", (event) => {
        const one = event.target.closest?.(selector);
        kept = one ? nameOf(one) : null;
      });
      window.prose.redrawn(() => {
        if (kept === null || document.activeElement !== document.body) return;
        const same = [...document.querySelectorAll(selector)].find((one) => nameOf(one) === kept && one.checkVisibility());
        same?.focus({ preventScroll: true });
      });
    },
    number: (value, digits = 0) => {  // as authorship/numerals.py writes it
      const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      if (root.lang !== "en") form.useGrouping = "min2";
      return new Intl.NumberFormat(root.lang || "ru", form).format(value).replaceAll("\u00a0", "\u202f");
    },
  };

  const count = () => {
    const length = box()?.value.length ?? 0;
    if (!box()) return;
    let counter = find("#counter");
    if (!counter) {
      counter = Object.assign(document.createElement("span"), { id: "counter" });
      find("#excerpt-box").append(counter);
    }
    const language = root.lang in NOUNS ? root.lang : "ru";
    const noun = NOUNS[language][new Intl.PluralRules(language).select(length)];
    const text = length ? `${window.prose.number(length)}\u00a0${noun}` : "";
    if (counter.textContent !== text) counter.textContent = text;
  };

  const dress = () => {
    for (const name of ["verdict", "agreement"]) find(`#${name}`)?.setAttribute("aria-live", "polite");
    if (box()) box().id = "excerpt";
    for (const button of document.querySelectorAll(".fold > button")) {
      button.setAttribute("aria-expanded", button.classList.contains("open"));
    }
  };
  // At once: a word that cannot have the focus, be it for a moment, loses it.
  const dressWords = () => {
    for (const text of document.querySelectorAll(":is(.excerpt, .sample) .ig:not([data-dressed])")) {
      text.dataset.dressed = "yes";
      const words = [...text.querySelectorAll(".ig-word")];
      words.forEach((word) => { word.removeAttribute("title"); word.tabIndex = -1; });
      const stop = words.find((word) => word === document.activeElement);
      (stop ?? words.find((word) => word.classList.contains("ig-strong")) ?? words[0])?.setAttribute("tabindex", "0");
    }
  };

  // One tab stop a text: the arrow keys go from word to word, with Control to the next strong one.
  const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
  const enter = (word) => {
    word.closest(".ig").querySelector(".ig-word[tabindex='0']")?.setAttribute("tabindex", "-1");
    word.tabIndex = 0;
    if (!word.hasAttribute("aria-label")) {
      word.setAttribute("role", "img");
      word.setAttribute("aria-label", `${word.textContent}: ${word.dataset.score}`);
    }
    word.focus();
  };
  const walk = (event) => {
    const word = event.target.closest?.(":is(.excerpt, .sample) .ig-word");
    if (!word || !(event.key in STEPS)) return;
    event.preventDefault();
    const words = [...word.closest(".ig").querySelectorAll(event.ctrlKey ? ".ig-strong" : ".ig-word")];
    const place = event.ctrlKey && !words.includes(word)
      ? words.findIndex((other) => word.compareDocumentPosition(other) & 4) - (event.key === "ArrowRight" ? 1 : 0)
      : words.indexOf(word);
    const next = words[place + STEPS[event.key]];
    if (next) enter(next);
  };

  // From the list and the strip to the word itself, which is marked until the next one.
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const wordAt = (at) => [...document.querySelectorAll("#coloured .ig-word[data-at]")]
    .findLast((word) => Number(word.dataset.at) <= at && !word.classList.contains("ig-special"));
  const show = (at) => {
    const word = wordAt(at);
    if (!word) return;
    document.querySelectorAll(".found").forEach((other) => other.classList.remove("found"));
    word.classList.add("found");
    const box = word.closest(".excerpt");
    const away = word.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
    box.scrollBy({ top: away, behavior: calm() ? "auto" : "smooth" });
    const { top, bottom } = box.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) box.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "nearest" });
    enter(word);
  };
  const JUMPS = "#strongest a[data-at], .strip button[data-at]";
  document.addEventListener("click", (event) => {
    const jump = event.target.closest?.(JUMPS);
    if (!jump) return;
    event.preventDefault();
    show(Number(jump.dataset.at));
  });
  document.addEventListener("keydown", (event) => {
    const mark = event.target.closest?.(".strip button");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!mark || !step) return;
    event.preventDefault();
    const marks = [...mark.parentElement.children];
    const next = marks[marks.indexOf(mark) + step];
    if (!next) return;
    mark.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  // A mark stands as far down the strip as its word does in the whole text.
  const place = () => {
    const box = find("#coloured .excerpt");
    for (const mark of document.querySelectorAll(".strip button")) {
      const word = box && wordAt(Number(mark.dataset.at));
      if (!word) continue;
      const top = word.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
      mark.style.top = `${(100 * (top + word.offsetHeight / 2)) / box.scrollHeight}%`;
    }
  };
  addEventListener("resize", place);

  // After a verdict the composer folds to a line, in the same frame; another text in the box makes the answer old.
  let answered = "";
  const unfold = () => {
    delete root.dataset.folded;
    box()?.focus();
  };
  const fold = () => {
    const line = find("#composed .composed");
    const result = line?.dataset.result ?? "";
    if (result === answered) return;
    answered = result;
    delete root.dataset.outdated;
    const focused = document.activeElement?.closest("#composer, #examples");
    if (!result) { delete root.dataset.folded; return; }
    root.dataset.folded = "yes";
    if (focused) line.querySelector("[data-edit]").focus({ preventScroll: true });
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#composed button, [data-press]");
    if (!button) return;
    if ("press" in button.dataset) { find(`#${button.dataset.press}`)?.click(); return; }
    unfold();
    if (!("clear" in button.dataset)) return;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box(), "");
    box().dispatchEvent(new Event("input", { bubbles: true }));
  });
  const compare = async () => {
    const line = find("#composed .composed");
    if (!line) return;
    const same = await window.prose.crc(box().value) === line.dataset.crc;
    if (same) delete root.dataset.outdated;
    else root.dataset.outdated = "yes";
  };
  document.addEventListener("input", (event) => { if (event.target === box()) compare(); });

  // Answers may come in another order than they were drawn in: a screen older than the last is drawn anew.
  const shownAt = {};
  const newest = {};
  const asked = {};
  const order = () => {
    for (const mark of document.querySelectorAll("[data-drawn]")) {
      const { id } = mark.closest("[id$=drawn]");
      const drawn = Number(mark.dataset.drawn);
      if (drawn === shownAt[id]) continue;
      shownAt[id] = drawn;
      asked[id] = drawn < newest[id] ? (asked[id] ?? 0) + 1 : 0;
      if (asked[id] % 4) find(`#${id.replace("drawn", "redraw")}`)?.click();
      else newest[id] = drawn;  // the third answer in place of a late one is older too: the server's clock was set back
    }
  };

  let shown = false;
  const reveal = () => {
    const results = find("#results") ?? find("#insist");
    if (!results) { shown = false; return; }
    if (shown) return;
    shown = true;
    const evidence = find("#coloured") ?? find("#verdict");
    if (evidence.getBoundingClientRect().top > innerHeight * 0.5) {
      find("#composed").scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });
    }
  };

  let queued = false;
  window.prose.redrawn(() => {
    dressWords();
    fold();
    order();
    if (queued) return;
    queued = true;
    setTimeout(() => { queued = false; dress(); place(); reveal(); }, 50);
  });
  setInterval(count, 300);

  document.addEventListener("keydown", (event) => {
    walk(event);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === box()) {
      event.preventDefault();
      find("#run")?.click();
    }
  });

  // Gradio opens its description of the endpoints from its own footer only, which the style hides.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("a[href='?view=api']") && find(".show-api");
    if (!opener) return;
    event.preventDefault();
    opener.click();
  });

  document.addEventListener("change", (event) => {
    const files = event.target instanceof HTMLInputElement ? [...event.target.files ?? []] : [];
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (size <= LARGEST_FILE && files.length <= MOST_FILES) return;
    event.stopPropagation();
    event.target.value = "";
    const refusals = { "#book-tab": "#book-refuse", "#files-tab": "#files-refuse", "#two-tab": "#two-refuse" };
    const tab = Object.keys(refusals).find((name) => event.target.closest(name));
    find(refusals[tab] ?? "#refuse")?.click();
  }, true);
})();
