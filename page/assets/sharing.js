// A link that holds the text itself, behind the #, which browsers keep to themselves: no server is sent it.
// Gzip packs the text, and its checksum tells a link that was damaged on its way.
(() => {
  const LONGEST_TEXT = 400000; // bytes; a hostile link may unpack to any size
  const find = (selector) => document.querySelector(selector);
  const box = () => find("#excerpt-box textarea");
  const fragment = () => new URLSearchParams(location.hash.slice(1));
  const forget = () => { if (fragment().has("text")) history.replaceState(null, "", location.pathname + location.search); };

  const pack = async (text) => {
    const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(packed).arrayBuffer());
  };
  const checksum = (packed) =>
    new DataView(packed.buffer, packed.length - 8).getUint32(0, true).toString(16).padStart(8, "0");
  window.prose.crc = async (text) => (window.CompressionStream ? checksum(await pack(text)) : "");
  const letters = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const parts = [];
    let length = 0;
    for (const reader = stream.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > LONGEST_TEXT) throw new RangeError("too long");
      parts.push(value);
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(await new Blob(parts).arrayBuffer());
  };

  const note = (button, text, link) => {
    find("#link-note")?.remove();
    const place = Object.assign(document.createElement("p"), { id: "link-note", className: "aside", textContent: text });
    button.parentElement.after(place);
    window.prose.say(text);
    if (!link) return;
    const field = Object.assign(document.createElement("input"), { readOnly: true, value: link });
    field.setAttribute("aria-label", button.textContent);
    place.append(field);
    field.select();
  };
  const copy = async (button) => {
    const facts = button.dataset;
    if (!window.CompressionStream) return note(button, facts.impossible);
    const packed = await pack(box().value);
    if (checksum(packed) !== facts.crc) return note(button, facts.changed);
    const { author, rival, language } = facts;
    const link = `${location.origin}${location.pathname}#${new URLSearchParams({ language, author, rival, text: letters(packed) })}`;
    if (link.length > +facts.limit) {
      return note(button, facts.tooLong.replace("{length}", window.prose.number(link.length)).replace("{limit}", window.prose.number(+facts.limit)));
    }
    try {
      await navigator.clipboard.writeText(link);
      note(button, facts.copied);
    } catch { // in a frame, or over plain http, a browser may not let us
      note(button, facts.byHand, link);
    }
  };
  // The server does not know by which address it was reached; the browser does.
  const address = () => {
    for (const place of document.querySelectorAll("[data-address]:empty")) {
      place.textContent = `${location.origin}${location.pathname}.`;
    }
  };
  const copyCitation = async (button) => {
    const said = button.closest(".cite").querySelector(".citation");
    try {
      await navigator.clipboard.writeText(said.textContent);
      window.prose.say(button.dataset.copied);
      button.textContent = button.dataset.copied;
    } catch { getSelection().selectAllChildren(said); }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#copy-link");
    if (button) copy(button);
    const cite = event.target.closest?.("[data-copy-citation]");
    if (cite) copyCitation(cite);
  });

  // Gradio hears of it as of a change of a hidden box, once the page has put on its language.
  let opened = "";
  const open = async () => {
    const [wanted, hidden] = [fragment(), find("#shared textarea, #shared input")];
    if (opened || !wanted.has("text") || !hidden || !find("#masthead h1")) return;
    opened = "opening";
    const text = await unpack(wanted.get("text")).catch(() => "");
    const shared = { text, author: wanted.get("author") ?? "", rival: wanted.get("rival") ?? "" };
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(hidden), "value").set.call(hidden, JSON.stringify(shared));
    hidden.dispatchEvent(new Event("input", { bubbles: true }));
    opened = text ? checksum(await pack(text)) : "broken";
  };
  addEventListener("hashchange", () => { if (fragment().has("text")) location.reload(); });

  // The address bar holds the link only as long as its text is the one on screen.
  document.addEventListener("input", (event) => { if (event.isTrusted && event.target === box()) forget(); });
  let shown = "";
  window.prose.redrawn(() => {
    open();
    address();
    const crc = find("#copy-link")?.dataset.crc ?? "";
    if (crc === shown) return;
    shown = crc;
    find("#link-note")?.remove();
    if (crc && opened && crc !== opened) forget();
  });
})();
