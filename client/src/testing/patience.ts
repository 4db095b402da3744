import { configure } from '@testing-library/react';

// Whole pages are fetched and built while a test waits for them; how long that takes on a busy machine proves nothing.
configure({ asyncUtilTimeout: 15_000 });
