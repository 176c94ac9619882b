// The token against forged forms is the browser's, not the page's: signing in again in another tab may have changed it.
export const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
