// The page's script: one moment, chosen with the slider or by pointing at any chart, and its values in all of them.
//
// It writes text by `textContent` alone, so no name can become an element. A touch that moves across a chart chooses, one
// that moves along the page scrolls (`touch-action: pan-y`).

export const PAGE_SCRIPT = `
'use strict';
(() => {
  const root = document.documentElement;
  const runs = JSON.parse(document.getElementById('data').textContent);
  const slider = document.getElementById('moment');
  const clock = document.getElementById('clock');
  const lengthMs = Number(slider.max);
  const CIRCUITS = { c: 'closed', o: 'open', h: 'half-open' };

  const number = (value, digits) => String(Number(value.toFixed(digits)));
  const texts = {
    lost: (run, step) => number(run.lost[step], 1) + '/s lost',
    latency: (run, step) => (run.latency[step] === null ? 'no good answer' : 'median ' + number(run.latency[step], 1) + ' ms'),
  };
  function ofInstance(run, { sent, failed, score, circuit }, step) {
    const all = run.all[step];
    const parts = [all > 0 ? 'share ' + ((100 * sent[step]) / all).toFixed(1) + ' %' : 'no traffic'];
    if (score) parts.push('score ' + score[step].toFixed(2), CIRCUITS[circuit[step]]);
    if (failed[step] > 0) parts.push(failed[step] + ' failed');
    return parts.join(', ');
  }

  const readouts = [...document.querySelectorAll('[data-of]')].map((element) => {
    const [run, of] = element.dataset.of.split(' ');
    const own = runs[run];
    const read = texts[of] ?? ((at, step) => ofInstance(at, at.instances[of], step));
    return (ms) => {
      const step = Math.min(own.all.length - 1, Math.floor(ms / own.stepMs));
      element.textContent = read(own, step);
    };
  });

  function show() {
    const ms = Number(slider.value);
    root.style.setProperty('--at', ms / lengthMs);
    clock.textContent = (ms / 1000).toFixed(1) + ' s';
    for (const readout of readouts) readout(ms);
    const losses = runs.map((run) => {
      const step = Math.min(run.all.length - 1, Math.floor(ms / run.stepMs));
      return run.name + ': ' + texts.lost(run, step);
    });
    slider.setAttribute('aria-valuetext', clock.textContent + '; ' + losses.join('; '));
  }

  function point(event) {
    const plot = event.target.closest('.plot');
    if (!plot) return;
    const { left, width } = plot.getBoundingClientRect();
    slider.value = lengthMs * Math.min(1, Math.max(0, (event.clientX - left) / width));
    show();
  }

  slider.addEventListener('input', show);
  document.addEventListener('pointermove', point);
  document.addEventListener('pointerdown', point);
  document.querySelector('.moment').hidden = false;
  show();
  root.classList.add('ready');
  root.dataset.ready = 'true';
})();
`;
