/** The picture's style: system fonts, light and dark, colours that stay apart for the colour-blind (orange, grey, blue). */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --page: #fbfaf8; --card: #ffffff; --ink: #1c1b1a; --soft: #66625c; --line: #e4e0d9;
  --negative: #c4501b; --on-negative: #ffffff; --neutral: #d3cfc7; --on-neutral: #33302c; --positive: #2166ac; --on-positive: #ffffff;
  --plain: #6d6a9c; --good: #1a6b3c; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --page: #161513; --card: #201f1c; --ink: #eeebe5; --soft: #a8a299; --line: #38352f;
  --negative: #e8804a; --on-negative: #1d0d04; --neutral: #57534b; --on-neutral: #f1eee8; --positive: #6aaee6; --on-positive: #04121f;
  --plain: #9d99d1; --good: #6fcf97; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 62rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -0.02em; }
h2 { margin: 0 0 0.75rem; font-size: 1.1rem; }
h3 { margin: 1.25rem 0 0.75rem; font-size: 0.95rem; }
p { margin: 0.35rem 0; } .soft { color: var(--soft); }
section { margin-top: 1.25rem; padding: 1.25rem 1.5rem 1.4rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) max-content; gap: 1.75rem; align-items: start; }
@media (max-width: 48rem) { .pair { grid-template-columns: minmax(0, 1fr); } }
.tiles { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem 1.4rem; }
.tile { display: flex; flex-direction: column; } .tile b { font-size: 2rem; line-height: 1.15; font-variant-numeric: tabular-nums; letter-spacing: -0.02em; }
.tile span { color: var(--soft); } .sign { font-size: 1.6rem; color: var(--soft); }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 14px; fill: var(--ink); dominant-baseline: central; font-variant-numeric: tabular-nums; }
svg .count { fill: var(--soft); }
.negative { fill: var(--negative); background: var(--negative); } .neutral { fill: var(--neutral); background: var(--neutral); }
.positive { fill: var(--positive); background: var(--positive); } .plain { fill: var(--plain); }
.unsure { fill-opacity: 0.45; stroke: var(--soft); stroke-dasharray: 4 3; }
svg .on-negative { fill: var(--on-negative); } svg .on-neutral { fill: var(--on-neutral); } svg .on-positive { fill: var(--on-positive); }
.legend { display: flex; gap: 1.25rem; margin: 0.6rem 0 0; color: var(--soft); font-size: 0.9rem; }
.legend i { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.4em; border-radius: 3px; vertical-align: -0.05em; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.5rem; text-align: right; border-bottom: 1px solid var(--line); } th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--soft); font-weight: 500; } tbody th { font-weight: 500; } tbody tr:last-child > * { border-bottom: 0; }
blockquote { margin: 0 0 1rem; padding: 0.1rem 0 0.1rem 0.9rem; border-left: 3px solid var(--negative); overflow-wrap: anywhere; }
blockquote:last-child { margin-bottom: 0; } blockquote footer { color: var(--soft); font-size: 0.9rem; }
code { font-size: 0.9em; overflow-wrap: anywhere; } dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.35rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; }
.turns tr > :nth-child(-n+3) { text-align: left; } .turns td:last-child { white-space: nowrap; }
details { margin: 0.4rem 0 1rem; } summary { color: var(--soft); cursor: pointer; font-size: 0.9rem; }
`;
