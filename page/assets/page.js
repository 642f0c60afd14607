// The page's few lines of its own: language, counter, keyboard, and what a screen reader hears.
(() => {
  const TITLES = { ru: "Чья это проза?", en: "Whose prose is this?" };
  const NOUNS = {
    ru: { one: "знак", few: "знака", many: "знаков", other: "знака" },
    en: { one: "character", other: "characters" },
  };
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
    const text = length ? `${new Intl.NumberFormat(language).format(length)}\u00a0${noun}` : "";
    if (counter.textContent !== text) counter.textContent = text;
  };

  const dress = () => {
    for (const name of ["verdict", "agreement"]) find(`#${name}`)?.setAttribute("aria-live", "polite");
    if (box()) box().id = "excerpt";
    for (const text of document.querySelectorAll(".excerpt .ig:not([data-dressed])")) {
      text.dataset.dressed = "yes";
      const words = [...text.querySelectorAll(".ig-word")];
      words.forEach((word) => { word.removeAttribute("title"); word.tabIndex = -1; });
      (words.find((word) => word.classList.contains("ig-strong")) ?? words[0])?.setAttribute("tabindex", "0");
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
    const word = event.target.closest?.(".excerpt .ig-word");
    if (!word || !(event.key in STEPS)) return;
    event.preventDefault();
    const words = [...word.closest(".ig").querySelectorAll(event.ctrlKey ? ".ig-strong" : ".ig-word")];
    const place = event.ctrlKey && !words.includes(word)
      ? words.findIndex((other) => word.compareDocumentPosition(other) & 4) - (event.key === "ArrowRight" ? 1 : 0)
      : words.indexOf(word);
    const next = words[place + STEPS[event.key]];
    if (next) enter(next);
  };

  // The word under the pointer or the focus is pointed out in the other model's text too.
  const twin = (word) => {
    document.querySelectorAll(".twin").forEach((other) => other.classList.remove("twin"));
    if (!word) return;
    const place = [...word.closest(".ig").querySelectorAll(".ig-word")].indexOf(word);
    for (const text of document.querySelectorAll(".excerpt .ig")) {
      const other = text.contains(word) ? null : text.querySelectorAll(".ig-word")[place];
      if (other && other.textContent === word.textContent) other.classList.add("twin");
    }
  };
  for (const name of ["mouseover", "focusin"]) {
    document.addEventListener(name, (event) => twin(event.target.closest?.(".excerpt .ig-word")));
  }

  // Both texts scroll together.
  document.addEventListener("scroll", (event) => {
    if (!event.target.classList?.contains("excerpt") || !event.target.matches(":hover, :focus-within")) return;
    for (const text of document.querySelectorAll(".excerpt")) {
      if (text !== event.target) text.scrollTop = event.target.scrollTop;
    }
  }, true);

  let shown = false;
  const reveal = () => {
    const results = find("#results") ?? find("#insist");
    if (!results) { shown = false; return; }
    if (shown) return;
    shown = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (find("#verdict").getBoundingClientRect().top > innerHeight * 0.6) {
      find("#verdict").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    }
  };

  let queued = false;
  new MutationObserver(() => {
    if (queued) return;
    queued = true;
    setTimeout(() => { queued = false; dress(); reveal(); }, 50);
  }).observe(root, { childList: true, subtree: true });
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
