'use strict';
// Every page works without this; with it, answers come without a new page, and files can be dropped.
(() => {
  let latest = 0;

  // Puts the main part of an address in place of the one that is shown.
  const show = async (address, keep) => {
    const mine = ++latest;
    const focused = document.activeElement;
    const name = focused && focused.name, value = focused && focused.value;
    document.body.classList.add('busy');
    try {
      const answer = await fetch(address, { headers: { 'X-Fragment': '1' } });
      const text = await answer.text();
      if (mine !== latest) return;
      if (answer.redirected || !answer.ok || text.startsWith('<!DOCTYPE')) { location.assign(address); return; }
      const main = document.getElementById('main');
      main.innerHTML = text;
      if (keep) history.pushState(null, '', address);
      const same = name && [...main.querySelectorAll('[name]')]
        .find((field) => field.name === name && (field.type !== 'checkbox' || field.value === value));
      if (same) same.focus({ preventScroll: true });
      const effect = main.querySelector('#effect');
      if (effect && address.includes('#effect')) effect.scrollIntoView({ block: 'nearest' });
      begin();
    } catch (error) {
      location.assign(address);
    } finally {
      if (mine === latest) document.body.classList.remove('busy');
    }
  };

  const addressOf = (form) => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== '') fields.append(name, value);
    const query = fields.toString();
    return location.pathname + (query ? '?' + query : '');
  };

  // What is under way is looked at again until it is done.
  const begin = () => {
    const again = document.querySelector('[data-again]');
    if (again) setTimeout(() => show(location.href, false), Number(again.dataset.again));
  };

  let typing = 0;
  document.addEventListener('input', (event) => {
    const form = event.target.closest('form[data-live]');
    if (!form) return;
    clearTimeout(typing);
    const isText = ['text', 'search', 'number'].includes(event.target.type);
    typing = setTimeout(() => show(addressOf(form), true), isText ? 350 : 0);
  });

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.matches('form[data-live]')) {
      event.preventDefault();
      show(addressOf(form), true);
    }
  });

  // A network on the map, or a state beside it.
  document.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const link = event.target.closest('a[data-live], .linked a');
    if (!link) return;
    event.preventDefault();
    const target = link.getAttribute('href');
    show(new URL(target, location.href).href + (target.includes('#') ? '' : '#effect'), true);
  });

  window.addEventListener('popstate', () => show(location.href, false));

  // The hash of an item opens it, also where it stands folded.
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    if (target) target.scrollIntoView();
  };
  window.addEventListener('hashchange', open);

  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target.matches('input, textarea, select')) return;
    const search = document.querySelector('[data-search], form[data-live] input[type=text]');
    if (search) { event.preventDefault(); search.focus(); }
  });

  const drop = (event) => event.target.closest && event.target.closest('[data-drop]');
  document.addEventListener('dragover', (event) => {
    const place = drop(event);
    if (place) { event.preventDefault(); place.classList.add('over'); }
  });
  document.addEventListener('dragleave', (event) => {
    const place = drop(event);
    if (place) place.classList.remove('over');
  });
  document.addEventListener('drop', (event) => {
    const place = drop(event);
    if (!place) return;
    event.preventDefault();
    place.classList.remove('over');
    place.querySelector('input[type=file]').files = event.dataTransfer.files;
  });

  begin();
  open();
})();
