import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Workspaces are read from their sources, as everywhere.
const conditions = ['source', 'module', 'browser', 'development|production'];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
});
