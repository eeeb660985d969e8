import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROBLEMS, problem, renderProblem } from './problem.ts';
import type { ProblemCode } from './problem.ts';

test("every answer of hale's own is a problem document whose status is that of the answer", () => {
  for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
    const own = problem(code, 'why');
    const document = JSON.parse(renderProblem(own)) as Record<string, unknown>;
    assert.equal(document['status'], own.status);
    assert.equal(document['code'], code);
    assert.ok(own.status >= 400 && own.status <= 599);
    assert.ok(
      typeof document['title'] === 'string' && document['type'] === 'about:blank' && document['detail'] === 'why',
    );
  }
});
