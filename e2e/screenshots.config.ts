import { defineConfig } from '@playwright/test';
import product from './playwright.config.ts';

/** `npm run screenshots`: the pictures of the README, taken from the running product. */
export default defineConfig({ ...product, testMatch: '**/*.shot.ts', workers: 1, timeout: 300_000 });
