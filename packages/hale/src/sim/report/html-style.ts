// How the page looks. Blue, orange and vermilion of Okabe and Ito, which people with any kind of colour blindness tell
// apart, darkened on white and lightened on black until each has a contrast of 3:1 (shapes) or 4.5:1 (text).

export const PAGE_STYLE = `
:root {
  --ground: #fff; --ink: #1a1d21; --quiet: #555b63; --line: #d5d9de; --panel: #f5f6f8;
  --share: #0072b2; --share-area: #a9cfe6; --score: #8a4b00; --fault: #8a709f; --open: #c24100; --half: #8a6d00; --latency: #00735a;
  --at: 0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --ink: #e8eaed; --quiet: #a7aeb7; --line: #3a4047; --panel: #1d2125;
    --share: #56b4e9; --share-area: #1f506c; --score: #f0b040; --fault: #9a82b3; --open: #ff7f45; --half: #e0c341; --latency: #3fc9a0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main { max-width: 1400px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 20px; }
h1 { font-size: 1.6em; line-height: 1.2; margin: 0 0 .3em; }
h2 { font-size: 1.2em; margin: 0 0 .5em; }
h3 { font-size: 1em; margin: 1em 0 .5em; }
p { margin: 0 0 .4em; }
.facts, .legend, caption, small, .faults, .axis, .top { color: var(--quiet); }
.moment { position: sticky; top: 0; z-index: 2; background: var(--ground); border-bottom: 1px solid var(--line); }
.moment:not([hidden]) { display: flex; gap: 12px; align-items: center; max-width: 1400px; margin: 0 auto; padding: 8px 20px; }
.moment input { flex: 1; min-width: 0; height: 28px; accent-color: var(--share); }
.moment output, .now { font-variant-numeric: tabular-nums; }
.moment output { min-width: 4.5em; text-align: right; font-weight: 600; }
.wide { overflow-x: auto; margin: 16px 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: 6px; }
th, td { padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; overflow-wrap: normal; }
th:first-child { text-align: left; font-weight: 600; }
thead th { vertical-align: bottom; }
.figures thead th { min-width: 6em; max-width: 16em; overflow-wrap: anywhere; }
td { white-space: nowrap; }
small { display: inline-block; margin-left: 10px; font-weight: 400; font-size: .85em; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 16px 0; padding: 0; }
.key { display: inline-block; width: 22px; height: 12px; margin-right: 6px; vertical-align: -1px; }
.key.share { background: var(--share-area); border-top: 2px solid var(--share); }
.key.score { height: 0; border-top: 2px dashed var(--score); vertical-align: 4px; }
.key.open { background: var(--open); }
.key.half-open { height: 6px; background: var(--half); vertical-align: 0; }
.fault { background: repeating-linear-gradient(135deg, var(--fault) 0 2px, transparent 2px 7px); }
.runs { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 24px 32px; }
section { min-width: 0; }
.strip { margin-bottom: 10px; }
.head { margin: 0; }
.faults { font-size: .87em; }
.now { margin: 0 0 2px; font-size: .87em; min-height: 1.45em; }
.plot { position: relative; height: 70px; background: var(--panel); touch-action: pan-y; cursor: crosshair; }
.plot svg { position: absolute; inset: 0 0 12px; width: 100%; height: calc(100% - 12px); display: block; }
.plot path { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.plot .share { fill: var(--share-area); fill-opacity: .75; stroke: var(--share); }
.plot .score { stroke: var(--score); stroke-dasharray: 5 3; stroke-width: 2; }
.plot .lost { fill: var(--open); stroke: var(--open); }
.plot .latency { stroke: var(--latency); stroke-width: 2; }
.plot .fault { position: absolute; top: 0; bottom: 12px; border: solid var(--fault); border-width: 0 1px; }
.circuit { position: absolute; inset: auto 0 0; height: 10px; border-bottom: 1px solid var(--line); overflow: hidden; }
.circuit i { position: absolute; bottom: 0; min-width: 2px; }
.circuit .open { height: 10px; background: var(--open); }
.circuit .half-open { height: 5px; background: var(--half); }
.top { position: absolute; top: 0; left: 0; font-size: 11px; line-height: 1.2; padding: 1px 3px; background: var(--panel); }
.cursor { position: absolute; top: 0; bottom: 0; left: calc(var(--at) * 100%); border-left: 1px solid var(--ink); display: none; }
.ready .cursor { display: block; }
.axis { position: relative; height: 1.5em; font-size: 12px; }
.axis span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.axis span:first-child { transform: none; }
.axis span:last-child { transform: translateX(-100%); }
summary { cursor: pointer; padding: 6px 0; }
.table { margin: 16px 0 32px; }
:focus-visible { outline: 2px solid var(--share); outline-offset: 2px; }
@media (max-width: 600px) { small { display: block; margin-left: 0; } .figures thead th { min-width: 5em; } header, main { padding: 0 12px; } header { padding-top: 12px; } .moment:not([hidden]) { padding: 6px 12px; } th, td { padding-right: 10px; } }
@media (forced-colors: active) { .circuit i, .key { forced-color-adjust: none; } }
@media print { .moment { position: static; } }
`;
