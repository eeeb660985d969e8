// Is this a scenario? Every fault of one that somebody wrote, at once.

export type { Judged, JudgedTree } from './judge.ts';
export { judgeScenario, judgeScenarioTree } from './judge.ts';
export type { ScenarioFinding } from './finding.ts';
