import type { Ok, SubscribeAnswer } from '@signalbox/shared/protocol';
import { isObject } from './answer.ts';

export const isSubscribeAnswer = (answer: Ok<unknown>): answer is Ok<SubscribeAnswer> =>
  'mode' in answer && 'you' in answer && isObject(answer.you) && 'durability' in answer;
