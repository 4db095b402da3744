/** What an agent of the demo can do; each is spread over several agents, so that any of them may die. */
export const ABILITIES = ['planning', 'counting', 'reading', 'history', 'checking', 'writing'] as const;
export type Ability = (typeof ABILITIES)[number];

export interface Member {
  id: string;
  role: 'speed_developer' | 'quality_enhancer' | 'ai_specialist' | 'coordinator';
  abilities: Ability[];
}

export const COORDINATOR: Member = {
  id: 'coordinator',
  role: 'coordinator',
  abilities: ['planning', 'counting', 'history', 'writing'],
};

export const ROSTER: readonly Member[] = [
  COORDINATOR,
  { id: 'speed-1', role: 'speed_developer', abilities: ['counting', 'reading', 'history'] },
  { id: 'speed-2', role: 'speed_developer', abilities: ['counting', 'reading', 'writing'] },
  { id: 'quality-1', role: 'quality_enhancer', abilities: ['checking', 'reading', 'counting', 'writing'] },
  { id: 'quality-2', role: 'quality_enhancer', abilities: ['checking', 'reading', 'history', 'writing'] },
  { id: 'analyst', role: 'ai_specialist', abilities: ['planning', 'checking', 'reading', 'history', 'writing'] },
];
