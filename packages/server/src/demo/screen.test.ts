import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { FAULTS, describeFault } from 'hale/testing';

import { writeLine } from './line.ts';
import { plainLine, summaryLines } from './plain.ts';
import { report } from './report.ts';
import { drawScreen, formatMs, formatNumber } from './screen.ts';
import { openTerminal } from './terminal.ts';
import type { Tally } from './threads.ts';
import type { DemoView } from './view.ts';

function tally(name: string, change: Partial<Tally> = {}): Tally {
  return {
    name,
    requests: 1234,
    poison: 6,
    inFlight: 3,
    lost: 0,
    lostWhileSound: 0,
    p50Ms: 18.7,
    p99Ms: 60.2,
    reasons: {},
    ...change,
  };
}

function viewOf(change: Partial<DemoView> = {}): DemoView {
  return {
    elapsedMs: 12_340,
    lengthMs: 60_000,
    rate: 100,
    seed: 1,
    instances: [...'abcdefgh'].map((id) => ({
      id,
      score: 1,
      circuit: 'closed' as const,
      share: 0.125,
      inFlight: 2,
      fault: '',
    })),
    tallies: [
      tally('hale'),
      tally('round robin', { lost: 60, lostWhileSound: 60, reasons: { 'status 503': 40, 'status 502': 20 } }),
      tally('naive rule', { lost: 31 }),
    ],
    lostEachSecond: [
      [0, 0],
      [0, 60],
      [1, 30],
    ],
    happened: ['  2.1 s  b tripped: run', '  9.9 s  b restored: trial'],
    ...change,
  };
}

const text = (view: DemoView, columns = 80, rows = 24): string[] =>
  drawScreen(view, columns, rows).map((line) => writeLine(line, columns, false));

describe('the live screen', () => {
  it('shows every instance, every policy and what happened, within 80 x 24', () => {
    const lines = text(viewOf());
    assert.ok(lines.length <= 24);
    for (const line of lines) assert.ok(line.length <= 80, line);
    for (const word of [
      'round robin',
      'naive rule',
      '1,234',
      '60',
      '4.86 %',
      '19 ms',
      'b tripped: run',
      '12 of 60 s',
    ]) {
      assert.ok(
        lines.some((line) => line.includes(word)),
        word,
      );
    }
    for (const id of 'abcdefgh')
      assert.ok(
        lines.some((line) => line.startsWith(` ${id} `)),
        id,
      );
  });

  it('shows a score as a number and a bar, and the circuit and fault beside it', () => {
    const instances = [
      { id: 'a', score: 0.5, circuit: 'half-open' as const, share: 0.031, inFlight: 7, fault: 'slow x20' },
    ];
    const line = text(viewOf({ instances })).find((candidate) => candidate.startsWith(' a '))!;
    assert.match(line, /^ a +0\.50 {2}█{6} +half-open +3 % +7 {2}slow x20/);
  });

  it('has room for the name of every fault of the catalogue', () => {
    for (const fault of FAULTS) {
      const instances = [
        { id: 'a', score: 0, circuit: 'open' as const, share: 1, inFlight: 123, fault: describeFault(fault) },
      ];
      assert.ok(text(viewOf({ instances })).some((line) => line.includes(describeFault(fault))));
    }
  });

  it('is never wider or higher than the terminal, whatever it has to show', () => {
    const anyView = fc.record({
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      inFlight: fc.nat(),
      fault: fc.string({ maxLength: 60 }),
      requests: fc.nat(),
      happened: fc.array(fc.string({ maxLength: 120 }), { maxLength: 5 }),
      p99Ms: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
    });
    fc.assert(
      fc.property(
        anyView,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        ({ score, inFlight, fault, requests, happened, p99Ms }, columns, rows) => {
          const instances = [{ id: 'a', score, circuit: 'open' as const, share: 1, inFlight, fault }];
          const tallies = [tally('hale', { requests, lost: requests, p99Ms })];
          const lines = text(viewOf({ instances, tallies, happened }), columns, rows);
          assert.ok(lines.length <= rows);
          for (const line of lines) assert.ok(line.length <= columns, line);
        },
      ),
    );
  });

  it('keeps what tells most in a narrow terminal: names, scores, circuits and losses', () => {
    const lines = text(viewOf(), 34);
    assert.ok(lines.some((line) => /^ a +1\.00 {2}closed/.test(line)));
    assert.ok(lines.some((line) => /^ round robin +60/.test(line)));
  });

  it('can be drawn before the first tally', () => {
    assert.ok(text(viewOf({ tallies: [], instances: [], happened: [] })).length > 0);
  });
});

describe('the terminal', () => {
  const open = (
    size: { columns: number; rows: number },
    color = false,
  ): { written: string[]; terminal: ReturnType<typeof openTerminal> } => {
    const written: string[] = [];
    const io = {
      write: (part: string) => written.push(part),
      isTTY: true,
      signal: new AbortController().signal,
      get columns() {
        return size.columns;
      },
      get rows() {
        return size.rows;
      },
    };
    return { written, terminal: openTerminal(io, color) };
  };

  it('hides the cursor, and gives cursor and screen back once', () => {
    const { written, terminal } = open({ columns: 80, rows: 24 });
    terminal.restore();
    terminal.restore();
    terminal.draw(() => [[['late']]]);
    assert.deepEqual(written, ['\x1b[?1049h\x1b[?25l', '\x1b[?25h\x1b[?1049l']);
  });

  it('writes over the frame before, and follows a resize', () => {
    const size = { columns: 10, rows: 5 };
    const { written, terminal } = open(size);
    const draw = (): void => terminal.draw((columns, rows) => [[[`${columns} x ${rows}`]], []]);
    draw();
    size.columns = 0; // a terminal that does not tell
    size.rows = 0;
    draw();
    assert.deepEqual(written.slice(1), ['\x1b[H10 x 5\x1b[K\r\n\x1b[K\x1b[J', '\x1b[H80 x 24\x1b[K\r\n\x1b[K\x1b[J']);
  });
});

describe('the demo without a terminal', () => {
  it('tells of each second in one plain line', () => {
    const instances = [{ id: 'b', score: 0, circuit: 'open' as const, share: 0, inFlight: 0, fault: 'crash: refuses' }];
    assert.equal(
      plainLine(viewOf({ instances })),
      '  12 s  lost of 1,234: hale 0, round robin 60, naive rule 31  faults: b crash: refuses',
    );
  });

  it('ends with what each lost, how, and how long answers took, in 80 columns', () => {
    const lines = summaryLines(viewOf());
    for (const line of lines) assert.ok(line.length <= 80, line);
    assert.ok(lines.some((line) => /^round robin +1,234 +60 +4\.86 % +19 ms +60 ms {2}40 x 503, 20 x 502$/.test(line)));
    assert.equal(lines.at(-1), 'hale lost no good request while a sound instance existed.');
  });

  it('says it plainly when hale lost a good request', () => {
    const lines = summaryLines(viewOf({ tallies: [tally('hale', { lost: 3, lostWhileSound: 2 })] }));
    assert.match(lines.at(-1)!, /^hale lost 2 good requests while a sound instance existed/);
  });

  it('reports the same as JSON', () => {
    const { ok, policies, seconds } = report(viewOf());
    assert.deepEqual(
      [ok, seconds, policies.map((policy) => [policy.name, policy.lost])],
      [
        true,
        12.3,
        [
          ['hale', 0],
          ['round robin', 60],
          ['naive rule', 31],
        ],
      ],
    );
    assert.equal(report(viewOf({ tallies: [tally('hale', { lost: 1 })] })).ok, true);
    assert.equal(report(viewOf({ tallies: [tally('hale', { lost: 1, lostWhileSound: 1 })] })).ok, false);
    assert.equal(report(viewOf({ tallies: [tally('hale', { requests: 0 })] })).policies[0].lostShare, 0);
  });

  it('writes numbers the same way everywhere', () => {
    assert.deepEqual([0, 999, 1000, 1234567.4].map(formatNumber), ['0', '999', '1,000', '1,234,567']);
    assert.deepEqual([null, 0.4, 1234].map(formatMs), ['-', '0 ms', '1,234 ms']);
  });
});
