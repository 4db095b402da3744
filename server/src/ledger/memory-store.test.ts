import { storeContract } from './store.contract.ts';
import { memoryUnderTest } from './testing/under-test.ts';

storeContract('memory', () => memoryUnderTest());
