// The chart along a book: pointing, keyboard, zoom, opening a place below it, and the same in the other tab.
(() => {
  const find = (selector) => document.querySelector(selector);
  const within = (value, low, high) => Math.min(Math.max(value, low), high);
  const cursor = { place: 0, shown: false };
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
    leaving = ["book-excerpt", "book-words"].includes(name);
    if (leaving) history.pushState({ ...history.state, passage: true }, "");
  };

  const chart = () => find(".chart");
  const plots = () => [...document.querySelectorAll(".chart .plot")];
  const opened = () => find("#book-opened .opened");
  const { number } = window.prose;
  const read = (plot) => {
    if (plot.source !== plot.dataset.points) {
      Object.assign(plot, { source: plot.dataset.points, points: JSON.parse(plot.dataset.points) });
    }
    return plot.points;
  };

  // The point nearest to a place, given in per cent of the width; the teacher's points lead.
  const inView = (points) => points.filter(([at]) => at >= 0 && at <= 100);
  const closest = (points, place) => inView(points).reduce((best, point) =>
    best && Math.abs(best[0] - place) <= Math.abs(point[0] - place) ? best : point, null);
  const nearest = (plot, place) => closest(read(plot)[0], place);

  const line = (name, text) => Object.assign(document.createElement("p"), { className: name, textContent: text });
  const describe = ([, start, stop, count], figure) => {
    const place = figure.dataset.places.replace("{start}", number(start)).replace("{stop}", number(stop));
    return `${place}${count > 1 ? ` · ${figure.dataset.mean.replace("{count}", count)}` : ""}`;
  };
  // Never a false 0 or 100, as elsewhere on the page.
  const percent = (share, mark) => {
    if (share < 0.05) return `<\u00a0${number(0.1, 1)}${mark}`;
    if (share >= 99.95) return `>\u00a0${number(99.9, 1)}${mark}`;
    return `${number(share, 1)}${mark}`;
  };
  // A row an author of those drawn or leading here: the name, and what each model gives; the likeliest first.
  const shares = (plot, point, figure) => {
    const names = JSON.parse(figure.dataset.names);
    const rows = new Map(names.map((name) => [name, [null, null]]));
    read(plot).forEach((points, model) => {
      const here = closest(points, point[0]);
      if (!here) return;
      names.forEach((name, slot) => { rows.get(name)[model] = here[7 + slot] ?? null; });
      if (here[5]) rows.set(here[5][0], (rows.get(here[5][0]) ?? [null, null]).with(model, here[5][1]));
    });
    const sum = (pair) => (pair[0] ?? 0) + (pair[1] ?? 0);
    const told = (share) => (share === null ? "—" : percent(share, figure.dataset.percent));
    return [...rows].sort((one, other) => sum(other[1]) - sum(one[1])).map(([name, pair]) => [name, ...pair.map(told)]);
  };
  const nobody = (plot, point, figure) => read(plot).flatMap((points, model) =>
    closest(points, point[0])?.[6] ? [`${JSON.parse(figure.dataset.roles)[model]}: ${figure.dataset.nobody}`] : []);

  const tip = (plot, point, figure) => {
    const box = Object.assign(document.createElement("div"), { className: "tip" });
    const table = document.createElement("table");
    const row = (cells, kind) => {
      const line = table.insertRow();
      cells.forEach((text) => line.append(Object.assign(document.createElement(kind), { textContent: text })));
    };
    row(["", ...JSON.parse(figure.dataset.roles)], "th");
    shares(plot, point, figure).forEach((cells) => row(cells, "td"));
    box.append(line("", describe(point, figure)), line("words", `${point[4]}…`), table);
    nobody(plot, point, figure).forEach((text) => box.append(line("", text)));
    plot.append(box);
    const edge = plot.getBoundingClientRect();
    const left = (point[0] / 100) * edge.width - box.offsetWidth / 2;
    if (edge.bottom + box.offsetHeight + 8 > innerHeight && edge.top > box.offsetHeight) {
      Object.assign(box.style, { top: "auto", bottom: "calc(100% + 6px)" });
    }
    box.style.left = `${within(left, 4 - edge.left, document.documentElement.clientWidth - 8 - edge.left - box.offsetWidth)}px`;
  };

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
      const said = shares(plot, point, figure).map(([name, ...pair]) => `${name} ${pair.join(" / ")}`).join(", ");
      plot.setAttribute("aria-valuetext", `${describe(point, figure)}: ${point[4]}. ${said}`);
      tip(plot, point, figure);
    }
  };

  const show = (plot, place) => {
    Object.assign(cursor, { place, shown: true });
    draw();
  };
  const hide = () => { cursor.shown = false; if (chart()) draw(); };

  // A place opens below the chart; Escape, the button and the browser's own way back close it again.
  const openPlace = (wanted, from) => {
    if (!opened()) history.pushState({ ...history.state, opened: true }, "");
    origin = from;
    arriving = true;
    ask("book-passage", wanted);
  };
  const open = (plot) => {
    const point = nearest(plot, cursor.place);
    if (!point) return;
    hide();
    openPlace(`teacher ${point[1]}`, "");
  };
  const close = () => {
    if (history.state?.opened) history.back();
    else shut();
  };
  const shut = () => {
    ask("book-passage", "");
    goBack();
  };
  // Where the open place stands in the part in view.
  const mark = () => {
    document.querySelectorAll(".plot .here").forEach((old) => old.remove());
    const place = opened()?.dataset;
    const [plot] = plots();
    if (!place || !plot) return;
    const { from, to } = range();
    const [left, right] = [place.from, place.to].map((at) => within(((at - from) / (to - from)) * 100, 0, 100));
    if (right <= left) return;
    const here = Object.assign(document.createElement("i"), { className: "here" });
    Object.assign(here.style, { left: `${left}%`, width: `${right - left}%` });
    plot.append(here);
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
    const known = cursor.shown && nearest(plot, at) === before;
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
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("#book-opened .opened")) {
      if (event.key === "Escape") close();
      else if (Math.abs(STEPS[event.key]) === 1) find(`.opened [data-step="${STEPS[event.key]}"]`)?.click();
      else return;
      event.preventDefault();
      return;
    }
    if (!plot) return;
    if (event.key in STEPS) {
      const points = inView(read(plot)[0]);
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
    if (plot && !cursor.shown && !drag) show(plot, cursor.shown ? cursor.place : 0);
  });

  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-open], [data-zoom], [data-step], [data-close], [data-excerpt], [data-part], [data-words]");
    if (asked?.dataset.part) ask("book-part", asked.dataset.part);
    else if (asked?.dataset.words) {
      ask("book-words", asked.dataset.words);
      scrollTo({ top: 0, behavior: "instant" });
    } else if (asked?.dataset.zoom) zoom(asked.dataset.zoom);
    else if (asked?.dataset.open) openPlace(asked.dataset.open, asked.dataset.open);
    else if (asked?.dataset.step) {
      stepped = asked.dataset.step;
      ask("book-passage", asked.dataset.to);
    } else if (asked?.dataset.excerpt) ask("book-excerpt", asked.dataset.excerpt);
    else if (asked) close();
    else if (event.target.closest?.("[data-back]")) {
      if (history.state?.passage) history.back();
      else toBook();
    } else if (event.target.closest?.("[data-to-book]")) find("#to-book")?.click();
  });

  window.prose.keepFocus(".plot", () => "plot");
  window.prose.keepFocus(".opened :is(h2, .page, button), [data-open]",
    (one) => `${one.tagName} ${one.dataset.step ?? JSON.stringify(one.dataset)}`);

  // The way back leads to where the place was opened: an entry of a list, or the chart.
  let origin = "";
  let arriving = false;
  let stepped = "";
  const goBack = () => {
    const place = [...document.querySelectorAll("[data-open]")].find((one) => one.dataset.open === origin) ?? find(".plot");
    place?.focus({ preventScroll: true });
    place?.scrollIntoView({ block: "center" });
  };
  const toBook = () => {
    find("#book-tab-button")?.click();
    setTimeout(() => {
      const heading = find("#book-opened .opened h2");
      heading?.focus({ preventScroll: true });
      heading?.scrollIntoView({ block: "center" });
      if (!heading) goBack();
    }, 100);
  };
  // A place that has opened is shown with as much of the chart as fits over it, and takes the focus.
  let seen = "";
  const arrive = () => {
    const section = opened();
    const place = section ? `${section.dataset.from} ${section.dataset.to} ${document.documentElement.lang}` : "";
    if (place === seen && (!section || section.dataset.known)) return;
    seen = place;
    mark();
    if (!section) return;
    section.dataset.known = "yes";
    section.querySelector(".address").textContent = location.origin + location.pathname;
    const page = section.querySelector(".page");
    const outlined = page.querySelector("mark");
    page.scrollTop = Math.max(0, outlined.offsetTop - 48);
    if (stepped) section.querySelector(`[data-step="${stepped}"]:enabled, h2`)?.focus({ preventScroll: true });
    else if (arriving) {
      section.querySelector("h2").focus({ preventScroll: true });
      const edge = section.getBoundingClientRect();
      if (edge.bottom > innerHeight || edge.top < 0) {
        scrollBy({ top: Math.min(edge.bottom - innerHeight + 12, edge.top - 12), behavior: "instant" });
      }
    }
    [arriving, stepped] = [false, ""];
  };
  addEventListener("popstate", () => {
    if (find("#problem .origin")?.offsetParent || (leaving && find("#two-state")?.offsetParent)) toBook();
    else if (opened() && !history.state?.opened) shut();
  });

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
  let entered = false;
  const remember = () => {
    if (!begun && find("#masthead h1")) {
      const [token, here] = (kept() ?? "").split(" ");
      if (here && !entered && find("#book-tab-button")) {
        entered = true;  // a tab is in the page only once it has been opened
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

  // The chart is drawn anew while a book is read: the cursor stays. When its first points come it is brought into
  // sight, unless the reader looks elsewhere by then.
  let known = "";
  let revealed = "";
  let following = false;
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(kind, () => { following = false; }, { passive: true });
  }
  // The verdict comes above the chart: on a small screen it is brought into sight, if the reader did not move on.
  const conclude = () => {
    const said = following && find("#book-state .verdict");
    if (!said) return;
    following = false;
    if (said.getBoundingClientRect().top < 0) said.scrollIntoView({ block: "start", behavior: "instant" });
  };
  const reveal = () => {
    const edge = chart().getBoundingClientRect();
    const card = find("#book-card");
    if (!edge.height || edge.bottom <= innerHeight) return;
    card.scrollIntoView({ block: "start", behavior: "instant" });
    const { top, bottom } = chart().getBoundingClientRect();
    scrollBy({ top: Math.max(0, Math.min(bottom - innerHeight, top - 8)), behavior: "instant" });
    following = true;
  };
  window.prose.redrawn(() => {
    remember();
    const answer = find("#verdict .verdict") ?? find("#problem .problem");
    if (leaving && answer?.offsetParent) {
      leaving = false;
      find("#tabs").scrollIntoView({ block: "start" });
      answer.tabIndex = -1;
      answer.focus({ preventScroll: true });
    }
    arrive();
    conclude();
    const drawn = plots().map((plot) => plot.dataset.points).join();
    if (drawn === known) return;
    known = drawn;
    if (!drawn || drag) return;
    const book = find(".card")?.dataset.book;
    if (revealed !== book) reveal();
    revealed = book;
    mark();
    if (cursor.shown) draw();
  });
})();
