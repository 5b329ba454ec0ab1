// The page's first step: the app in its place.
import { render } from 'preact';
import { App } from './app.tsx';
import { Boundary } from './notices.tsx';

const place = document.getElementById('page');
if (place)
  render(
    <Boundary>
      <App />
    </Boundary>,
    place,
  );
