// The page's first step: the app in its place.
import { render } from 'preact';
import { App } from './app.tsx';

const place = document.getElementById('page');
if (place) render(<App />, place);

// In the built page alone. Without it all works the same, but not without a network.
if (import.meta.env.MODE === 'page' && 'serviceWorker' in navigator)
  navigator.serviceWorker.register('./serviceWorker.js').catch(() => {});
