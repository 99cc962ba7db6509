import { REPORT_STYLE } from "../../demo/html-style.ts";

/** The demo's style, and what a conversation's page has beside it. Words, voice and disagreement differ in shape; colours only help. */
export const PAGE_STYLE = `${REPORT_STYLE}
:root { --mark: #7a3db8; --trend: #1c1b1a; --now: #fff4d6; }
@media (prefers-color-scheme: dark) { :root { --mark: #c79bf2; --trend: #eeebe5; --now: #3b3320; } }
body { max-width: 72rem; }
h1 { overflow-wrap: anywhere; }
.conversation { min-width: 46rem; }
.conversation .bound { stroke: var(--line); } .conversation .zero { stroke: var(--soft); stroke-opacity: 0.55; }
.conversation text { font-size: 13px; } .conversation .lane { font-size: 15px; font-weight: 600; }
.conversation .reach { fill: transparent; } .conversation .turn { cursor: pointer; }
.conversation .turn:hover .reach, .conversation .turn.now .reach { fill: var(--now); }
.mark { fill: var(--card); stroke: var(--ink); stroke-width: 1.6; }
.joined { stroke: var(--ink); stroke-opacity: 0.55; } .apart { stroke: var(--mark); stroke-width: 2.5; stroke-dasharray: 5 3; }
.disagrees { fill: var(--mark); }
.trend { fill: none; stroke: var(--trend); stroke-width: 2; stroke-linejoin: round; stroke-opacity: 0.75; pointer-events: none; }
.playhead { stroke: var(--bad); stroke-width: 2; pointer-events: none; } .playhead[hidden] { display: none; }
.key { display: flex; flex-wrap: wrap; gap: 0.4rem 1.3rem; margin: 0.8rem 0 0; color: var(--soft); font-size: 0.9rem; }
.key span { display: inline-flex; align-items: center; gap: 0.4rem; } .key svg { width: 18px; height: 18px; flex: none; } .key i { display: inline-block; width: 0.85em; height: 0.85em; border-radius: 3px; }
.player { position: sticky; top: 0; z-index: 1; max-height: 40vh; overflow-y: auto; margin-top: 1.25rem; padding: 0.75rem 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.player audio { display: block; width: 100%; } .player p { margin: 0.2rem 0; font-size: 0.9rem; overflow-wrap: anywhere; }
.turns { font-size: 0.93rem; } .turns th, .turns td { text-align: left; vertical-align: top; padding: 0.5rem 0.45rem; } .turns caption { text-align: left; padding-bottom: 0.5rem; } .turns caption span { position: sticky; left: 0; display: inline-block; max-width: calc(100vw - 6.5rem); }
.turns td.words { width: 60%; min-width: 15rem; overflow-wrap: anywhere; } .turns .number { color: var(--soft); text-align: right; }
.turns tr[aria-current="true"] { background: var(--now); } .turns tr { scroll-margin: 9rem; }
.turns .opinion { white-space: nowrap; } .turns .disagreement { color: var(--mark); font-weight: 600; white-space: nowrap; }
.meter { display: inline-flex; width: 4.4rem; height: 0.7rem; margin-right: 0.45rem; border-radius: 3px; overflow: hidden; vertical-align: -0.05em; } .meter i { display: block; height: 100%; }
button { font: inherit; font-variant-numeric: tabular-nums; color: var(--ink); background: transparent; border: 1px solid var(--line); border-radius: 7px; padding: 0.1rem 0.55rem; cursor: pointer; white-space: nowrap; }
button:hover { border-color: var(--soft); } button:focus-visible, audio:focus-visible, .scroll:focus-visible, a:focus-visible { outline: 2px solid var(--positive); outline-offset: 2px; }
a { color: var(--mark); }
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #555; --line: #ccc; --negative: #c4501b; --neutral: #d3cfc7; --positive: #2166ac; --mark: #7a3db8; --trend: #000; --good: #1a6b3c; --bad: #b3261e; }
  body { padding: 0; max-width: none; } section { padding: 0; border: 0; } .player { display: none; } .scroll { overflow: visible; } .conversation { width: 100% !important; min-width: 0; } tr { break-inside: avoid; }
  .turns { font-size: 0.78rem; } .turns td.words { min-width: 0; } .turns .meter { width: 2.4rem; } button { border: 0; padding: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
