// What the pages need beside Blazor: pictures that follow each other, keys, the theme, and the way back after the agent was away.
(() => {
  'use strict';
  const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));

  // An old picture is told from a new one by its looks, and by its age in seconds.
  function tellAge(picture, age) {
    const isOld = age > 3000;
    picture.classList.toggle('old', isOld);
    const told = picture.parentElement.querySelector('.age');
    if (told) told.textContent = isOld ? `${Math.round(age / 1000)} s` : '';
  }

  // A picture with data-live asks for the next one when it has shown the last: a slow network gets fewer, never older ones.
  const followed = new WeakSet();
  async function follow(picture) {
    let after = 0;
    let failures = 0;
    while (picture.isConnected) {
      if (document.visibilityState === 'visible') {
        const address = picture.dataset.live + (picture.dataset.live.includes('?') ? '&' : '?') + 'after=' + after;
        try {
          const answer = await fetch(address, { cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(3000) });
          if (answer.status >= 400) throw new Error(answer.statusText);
          tellAge(picture, Number(answer.headers.get('X-Picture-Age')) || 0);
          if (answer.status === 200) {
            after = Number(answer.headers.get('X-Picture')) || 0;
            const next = URL.createObjectURL(await answer.blob());
            const before = picture.src;
            picture.src = next;
            await picture.decode().catch(() => { });
            if (before.startsWith('blob:')) URL.revokeObjectURL(before);
            picture.classList.add('live');
          }
          failures = 0;
        } catch {
          // An old picture must not be taken for a new one.
          if (++failures > 1) picture.classList.remove('live');
        }
      }
      await pause(failures ? 1000 : Number(picture.dataset.every) || 200);
    }
  }
  const look = () => document.querySelectorAll('img[data-live]').forEach(picture => {
    if (followed.has(picture)) return;
    followed.add(picture);
    follow(picture);
  });
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener('DOMContentLoaded', look);

  // Arrow keys: the links that say that they lead to the part before or after.
  document.addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey || /^(input|textarea|select)$/i.test(event.target.tagName)) return;
    const where = { ArrowLeft: 'prev', ArrowRight: 'next' }[event.key];
    const link = where && document.querySelector(`a[rel=${where}]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
  });

  // A magnifier over a picture with data-lens: the piece under the pointer at its own size.
  document.addEventListener('pointermove', event => {
    const picture = event.target.closest && event.target.closest('img[data-lens]');
    const lens = document.getElementById('lens');
    if (!lens) return;
    lens.hidden = !picture;
    if (!picture) return;
    const place = picture.getBoundingClientRect();
    const scale = picture.naturalWidth / place.width * 2;
    const side = lens.offsetWidth;
    const x = event.clientX - place.left;
    const y = event.clientY - place.top;
    lens.style.left = `${event.clientX - side / 2}px`;
    lens.style.top = `${event.clientY - side / 2}px`;
    lens.style.backgroundImage = `url("${picture.src}")`;
    lens.style.backgroundSize = `${place.width * scale}px ${place.height * scale}px`;
    lens.style.backgroundPosition = `${side / 2 - x * scale}px ${side / 2 - y * scale}px`;
  });

  // Whoever works on a page stays signed in: pages go on without calls of which the session would hear.
  let told = Date.now();
  const stay = () => {
    if (Date.now() - told < 60000) return;
    told = Date.now();
    fetch('health/live', { cache: 'no-store' }).catch(() => { });
  };
  document.addEventListener('pointerdown', stay);
  document.addEventListener('keydown', stay);

  const shown = 'edgeinspector.theme';
  window.edgeinspector = {
    theme: () => localStorage.getItem(shown),
    keepTheme: name => localStorage.setItem(shown, name),
  };

  // The agent may be restarted: Blazor then refuses the old session, and the page opens a new one.
  const modal = document.getElementById('components-reconnect-modal');
  let waits = false;
  async function comeBack() {
    if (waits) return;
    waits = true;
    for (; ;) {
      try {
        const answer = await fetch('health/live', { cache: 'no-store' });
        if (answer.ok || answer.status === 503) break;
      } catch {
        // Still away.
      }
      await pause(1000);
    }
    location.reload();
  }
  const fault = document.getElementById('blazor-error-ui');
  if (fault) new MutationObserver(() => fault.style.display === 'block' && setTimeout(comeBack, 3000))
    .observe(fault, { attributes: true, attributeFilter: ['style'] });
  if (modal) {
    modal.addEventListener('components-reconnect-state-changed', event => {
      if (event.detail && event.detail.state !== 'hide' && event.detail.state !== 'show') comeBack();
    });
    new MutationObserver(() => {
      if (modal.classList.contains('components-reconnect-rejected') || modal.classList.contains('components-reconnect-failed')) comeBack();
    }).observe(modal, { attributes: true });
  }
  // An agent that ended between the page and its session shows nothing: the page then tries again.
  setTimeout(() => document.querySelector('.console.alive, .console.plain') || comeBack(), 20000);
  window.Blazor.start({
    circuit: {
      reconnectionOptions: { maxRetries: 100000, retryIntervalMilliseconds: 1000 },
      configureSignalR: connection => connection.withServerTimeout(8000).withKeepAliveInterval(3000),
    },
  });
})();
