// Says in the page's language that the server is gone; what was typed outlives the reload when it is back.
(() => {
  const LOST = {
    ru: "Связь с сервером потеряна, соединяемся заново. Набранный текст сохранится.",
    en: "The connection to the server was lost, reconnecting. What you typed is kept.",
  };
  const BACK = {
    ru: "Связь с сервером восстановлена. Текст на месте: спросите ещё раз.",
    en: "The connection is back. Your text is still here: ask once more.",
  };
  const KEPT = "kept-text";
  const root = document.documentElement;
  const box = () => document.querySelector("#excerpt-box textarea");
  const words = (messages) => messages[root.lang] ?? messages.en;
  let lost = false;
  let leaving = false; // a page that is left breaks its own connections

  const banner = (text) => {
    let place = document.querySelector("#connection");
    if (!place) {
      place = Object.assign(document.createElement("div"), { id: "connection" });
      place.setAttribute("role", "alert");
      (document.querySelector(".gradio-container") ?? document.body).append(place);
    }
    place.textContent = text;
    place.hidden = !text;
  };

  // Gradio itself tries every two seconds and loads the page anew; its own words are English only.
  const watch = () => {
    const toasts = [...document.querySelectorAll(".toast-body")];
    const toast = toasts.find((one) => one.textContent.includes("Connection to the server was lost"));
    if (!toast || lost || leaving) return;
    lost = true;
    delete root.dataset.busy;
    toast.style.display = "none";
    banner(words(LOST));
  };

  const store = (text) => {
    try {
      if (text) sessionStorage.setItem(KEPT, text);
      else sessionStorage.removeItem(KEPT);
    } catch { /* too long, or a private window refuses: nothing is kept */ }
  };
  const stored = () => {
    try { return sessionStorage.getItem(KEPT); } catch { return null; }
  };
  addEventListener("beforeunload", () => {
    leaving = true;
    setTimeout(() => { leaving = false; }, 3000); // a download asks to leave, and stays
  });
  addEventListener("pagehide", () => { if (lost) store(box()?.value || " "); });

  const restore = () => {
    const text = stored();
    if (text === null || !box() || !root.lang || !document.querySelector("#masthead h1")) return;
    store("");
    if (text.trim()) {
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box(), text);
      box().dispatchEvent(new Event("input", { bubbles: true }));
    }
    banner(words(BACK));
    setTimeout(() => banner(""), 8000);
  };
  new MutationObserver(() => { watch(); restore(); }).observe(root, { childList: true, subtree: true });
})();
