import { createFeed } from '@signalbox/sdk/feed';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { signInFromAddress } from './app/auth.ts';
import { createCallHub } from './app/hub-http.ts';
import { createAppRouter } from './app/router.tsx';
import { followTheme } from './app/theme.ts';
import './styles/tokens.css';
import './styles/base.css';

followTheme();
await signInFromAddress();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const router = createAppRouter({ callHub: createCallHub(), openFeed: (project) => createFeed({ project }) });
createRoot(root).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
