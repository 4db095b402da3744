import react from '@vitejs/plugin-react';
import { defineConfig, type Rolldown } from 'vite';

// Workspaces are read from their sources, as everywhere.
const conditions = ['source', 'module', 'browser', 'development|production'];

/** Whether a module is loaded with the page itself, not only when somebody goes somewhere. */
function isOfFirstPicture(id: string, modules: Rolldown.ChunkingContext, seen = new Set<string>()): boolean {
  const info = modules.getModuleInfo(id);
  if (info === null || seen.has(id)) return false;
  seen.add(id);
  return info.isEntry || info.importers.some((importer) => isOfFirstPicture(importer, modules, seen));
}

/** One file for the first picture. Cut up by what later parts share it would be dozens, which compress worse. */
const firstPicture: Rolldown.CodeSplittingGroup = {
  debugName: 'first picture',
  name: (id, modules) => (isOfFirstPicture(id, modules) ? 'first' : null),
};

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
    // Before compression; what is loaded is held to its size by bundle.test.ts.
    chunkSizeWarningLimit: 600,
    rolldownOptions: { output: { codeSplitting: { groups: [firstPicture] } } },
  },
});
