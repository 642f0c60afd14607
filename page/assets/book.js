// The chart along a book: pointing, keyboard, zoom, and opening a passage in the other tab.
(() => {
  const find = (selector) => document.querySelector(selector);
  const within = (value, low, high) => Math.min(Math.max(value, low), high);
  const cursor = { role: null, place: 0, shown: false };
  let drag = null;

  // Gradio hears of it as of a change of a hidden box; the number makes every wish a change.
  let wishes = 0;
  let leaving = false;
  const ask = (name, text) => {
    const box = find(`#${name} textarea, #${name} input`);
    if (!box) return;
    const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set;
    set.call(box, `${++wishes} ${text}`);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    leaving = name === "book-passage";
    if (leaving) history.pushState({ ...history.state, passage: true }, "");
  };

  const chart = () => find(".chart");
  const plots = () => [...document.querySelectorAll(".chart .plot")];
  const numbers = (value) => new Intl.NumberFormat(document.documentElement.lang || "ru").format(value);
  const decimals = (value) => new Intl.NumberFormat(document.documentElement.lang || "ru", { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);
  const read = (plot) => {
    if (plot.source !== plot.dataset.points) {
      Object.assign(plot, { source: plot.dataset.points, points: JSON.parse(plot.dataset.points) });
    }
    return plot.points;
  };

  // The point nearest to a place, given in per cent of the width.
  const nearest = (plot, place) => {
    const points = read(plot).filter(([at]) => at >= 0 && at <= 100);
    return points.reduce((best, point) =>
      best && Math.abs(best[0] - place) <= Math.abs(point[0] - place) ? best : point, null);
  };

  const line = (name, text) => Object.assign(document.createElement("p"), { className: name, textContent: text });
  const describe = ([, start, stop, count, , , abstains], figure) => {
    const place = figure.dataset.places.replace("{start}", numbers(start)).replace("{stop}", numbers(stop));
    const mean = count > 1 ? ` · ${figure.dataset.mean.replace("{count}", count)}` : "";
    return `${place}${mean}${abstains ? ` · ${figure.dataset.nobody}` : ""}`;
  };
  // Never a false 0 or 100, as elsewhere on the page.
  const percent = (share, mark) => {
    if (share < 0.05) return `<\u00a0${decimals(0.1)}${mark}`;
    if (share >= 99.95) return `>\u00a0${decimals(99.9)}${mark}`;
    return `${decimals(share)}${mark}`;
  };
  // The authors drawn, and whoever else leads here.
  const shares = (point, figure) => [...JSON.parse(figure.dataset.names).map((name, slot) => [name, point[7 + slot]]),
    ...(point[5] ? [point[5]] : [])]
    .filter(([, share]) => share !== null)
    .sort((one, other) => other[1] - one[1])
    .map(([name, share]) => [name, percent(share, figure.dataset.percent)]);

  const tip = (plot, point, figure) => {
    const box = Object.assign(document.createElement("div"), { className: "tip" });
    const list = document.createElement("dl");
    for (const [name, share] of shares(point, figure)) {
      list.append(Object.assign(document.createElement("dt"), { textContent: name }),
        Object.assign(document.createElement("dd"), { textContent: share }));
    }
    box.append(line("", describe(point, figure)), line("words", `${point[4]}…`), list);
    plot.append(box);
    const edge = plot.getBoundingClientRect();
    const left = (point[0] / 100) * edge.width - box.offsetWidth / 2;
    box.style.left = `${within(left, 4 - edge.left, document.documentElement.clientWidth - 8 - edge.left - box.offsetWidth)}px`;
  };

  // Both panels show the same place; only the one pointed at says what stands there.
  const draw = () => {
    document.querySelectorAll(".chart .tip").forEach((old) => old.remove());
    const figure = chart();
    for (const plot of plots()) {
      const point = cursor.shown ? nearest(plot, cursor.place) : null;
      const mark = plot.querySelector(".cursor");
      mark.style.opacity = point ? 1 : 0;
      if (!point) continue;
      mark.style.left = `${point[0]}%`;
      plot.setAttribute("aria-valuenow", Math.round(point[0]));
      const said = shares(point, figure).map((pair) => pair.join(" ")).join(", ");
      plot.setAttribute("aria-valuetext", `${describe(point, figure)}: ${point[4]}. ${said}`);
      if (plot.dataset.role === cursor.role) tip(plot, point, figure);
    }
  };

  const show = (plot, place) => {
    Object.assign(cursor, { role: plot.dataset.role, place, shown: true });
    draw();
  };
  const hide = () => { cursor.shown = false; if (chart()) draw(); };

  const open = (plot) => {
    const point = nearest(plot, cursor.place);
    if (!point) return;
    origin = "";
    ask("book-passage", `${plot.dataset.role} ${point[1]}`);
  };

  const range = () => {
    const { from, to, length } = chart().dataset;
    return { from: +from, to: +to, length: +length };
  };
  const zoom = (kind) => {
    const { from, to, length } = range();
    const width = to - from;
    const centre = cursor.shown ? from + (cursor.place / 100) * width : (from + to) / 2;
    const ranges = {
      in: [centre - width / 4, centre + width / 4], out: [centre - width, centre + width],
      back: [from - width / 2, to - width / 2], on: [from + width / 2, to + width / 2], whole: [0, length],
    };
    ask("book-zoom", ranges[kind].map(Math.round).join(" "));
  };

  const place = (plot, event) => {
    const edge = plot.getBoundingClientRect();
    return within(((event.clientX - edge.left) / edge.width) * 100, 0, 100);
  };
  const plotOf = (event) => event.target.closest?.(".chart .plot");

  document.addEventListener("pointermove", (event) => {
    if (drag) {
      const [low, high] = [drag.place, place(drag.plot, event)].sort((a, b) => a - b);
      drag.mark.style.left = `${low}%`;
      drag.mark.style.width = `${high - low}%`;
      Object.assign(drag, { low, high });
      return;
    }
    const plot = plotOf(event);
    if (plot) show(plot, place(plot, event));
    else if (cursor.shown && !document.activeElement?.matches?.(".chart .plot")) hide();
  });

  document.addEventListener("pointerdown", (event) => {
    const plot = plotOf(event);
    if (!plot || event.button !== 0) return;
    const at = place(plot, event);
    const before = nearest(plot, cursor.place);
    const known = cursor.shown && cursor.role === plot.dataset.role && nearest(plot, at) === before;
    const mark = Object.assign(document.createElement("i"), { className: "drag" });
    plot.append(mark);
    drag = { plot, place: at, low: at, high: at, mark, ready: event.pointerType === "mouse" || known };
    show(plot, at);
  });

  // A finger first points and opens with the second touch; a mouse has pointed already.
  document.addEventListener("pointerup", () => {
    if (!drag) return;
    const { plot, low, high, mark, ready } = drag;
    drag = null;
    mark.remove();
    const { from, to } = range();
    if (high - low > 1.5) ask("book-zoom", [low, high].map((at) => Math.round(from + (at / 100) * (to - from))).join(" "));
    else if (ready && plot.isConnected) open(plot);
  });
  document.addEventListener("pointercancel", () => { drag?.mark.remove(); drag = null; });

  const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -1e6, End: 1e6 };
  const ZOOMS = { "+": "in", "=": "in", "-": "out", "0": "whole" };
  document.addEventListener("keydown", (event) => {
    const plot = plotOf(event);
    if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in STEPS) {
      const points = read(plot).filter(([at]) => at >= 0 && at <= 100);
      const at = cursor.shown ? points.indexOf(nearest(plot, cursor.place)) + STEPS[event.key] : 0;
      const point = points[within(at, 0, points.length - 1)];
      if (point) show(plot, point[0]);
    } else if (event.key in ZOOMS) zoom(ZOOMS[event.key]);
    else if (event.key === "Enter" && cursor.shown) open(plot);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    const plot = plotOf(event);
    if (plot && !(cursor.shown && cursor.role === plot.dataset.role)) show(plot, cursor.shown ? cursor.place : 0);
  });

  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-open], [data-zoom]");
    if (asked?.dataset.zoom) zoom(asked.dataset.zoom);
    else if (asked) {
      origin = asked.dataset.open;
      ask("book-passage", origin);
    } else if (event.target.closest?.("[data-back]")) {
      if (history.state?.passage) history.back();
      else toBook();
    } else if (event.target.closest?.("[data-to-book]")) find("#to-book")?.click();
  });

  // The way back: the button over the excerpt and the browser's own lead to where the passage was opened.
  let origin = "";
  const toBook = () => {
    find("#book-tab-button")?.click();
    setTimeout(() => {
      const place = [...document.querySelectorAll("[data-open]")].find((one) => one.dataset.open === origin)
        ?? find(`.plot[data-role="${cursor.role ?? "teacher"}"]`);
      place?.focus({ preventScroll: true });
      place?.scrollIntoView({ block: "center" });
    }, 100);
  };
  addEventListener("popstate", () => { if (find(".origin")?.offsetParent) toBook(); });

  // A book outlives a reload: the server keeps it under its token for a while.
  const KEPT = "book";
  const kept = (value) => {
    try {
      if (value === undefined) return sessionStorage.getItem(KEPT);
      if (value) sessionStorage.setItem(KEPT, value);
      else sessionStorage.removeItem(KEPT);
    } catch { /* a private window may refuse: then nothing is kept */ }
    return null;
  };
  let begun = false;
  let opened = false;
  const remember = () => {
    if (!begun && find("#masthead h1")) {
      const [token, here] = (kept() ?? "").split(" ");
      if (here && !opened && find("#book-tab-button")) {
        opened = true;  // a tab is in the page only once it has been opened
        find("#book-tab-button").click();
      }
      if (find("#book-token textarea, #book-token input")) {
        begun = true;
        kept("");
        if (token) ask("book-token", token);
      }
    }
    const token = begun && find(".card")?.dataset.book;
    if (token) kept(`${token}${find("#book-box")?.offsetParent ? " here" : ""}`);
  };
  addEventListener("pagehide", remember);

  // The chart is drawn anew while a book is read: the cursor and the keyboard's place stay.
  let focused = null;
  document.addEventListener("focusin", () => { focused = document.activeElement?.closest?.(".plot")?.dataset.role; });
  let known = "";
  new MutationObserver(() => {
    remember();
    const answer = find("#verdict .verdict") ?? find("#problem .problem");
    if (leaving && answer?.offsetParent) {
      leaving = false;
      find("#tabs").scrollIntoView({ block: "start" });
      answer.tabIndex = -1;
      answer.focus({ preventScroll: true });
    }
    const drawn = plots().map((plot) => plot.dataset.points).join();
    if (drawn === known) return;
    known = drawn;
    if (!drawn || drag) return;
    if (focused && document.activeElement === document.body) find(`.plot[data-role="${focused}"]`)?.focus({ preventScroll: true });
    if (cursor.shown) draw();
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-points"] });
})();
