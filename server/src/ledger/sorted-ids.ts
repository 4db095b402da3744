import type { Place } from '../domain/market.ts';
import { Sorted } from './sorted.ts';

const comparePlaces = (a: Place, b: Place): number => a.weight - b.weight || a.number - b.number;

/** Ids ordered by a numeric weight, then by number of the id. */
export class SortedIds extends Sorted<Place> {
  constructor() {
    super(comparePlaces);
  }

  /** The ids behind the given place, as they stand when each is asked for. */
  *after(weight: number, number: number): Iterable<string> {
    for (let place = this.next({ weight, number, id: '' }); place !== undefined; place = this.next(place))
      yield place.id;
  }
}
