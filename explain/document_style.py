"""How the document looks on a screen by day and by night, and on paper."""

PAGE_STYLE = """
:root { color-scheme: light dark; }
body { font: 17px/1.6 Georgia, "PT Serif", serif; max-width: 78rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-bottom: 0; }
h3 { font-size: 1rem; margin-bottom: 0; }
h1, h2, h3, p, li, dt, dd, .ig { unicode-bidi: isolate; }
.models { display: grid; gap: 2.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.models ol { columns: 11rem; font-size: 15px; }
.verdict { font-size: 1.25rem; } summary { cursor: pointer; }
.facts, dl { font: 14px/1.5 system-ui, sans-serif; opacity: .8; } dt { font-weight: 600; } dd { margin: 0; }
.warning { font: 14px/1.5 system-ui, sans-serif; border-left: 3px solid; padding-left: .6rem; }
@media (prefers-color-scheme: dark) {
  .ig { --ig-for: 96 150 255; --ig-against: 240 140 50; --ig-tip: #f3f4f6; --ig-tip-text: #111827; }
  .rough .ig { --ig-for: 128 128 128; --ig-against: 128 128 128; } }
@media print { body { margin: 0; max-width: none; font-size: 11pt; }
  .models { display: block; } section { break-before: page; } section:first-child { break-before: auto; }
  .ig-word { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""
