// What goes on when no page is open: a notice that arrives is shown, and leads
// to the desk. One that was shown already is replaced, and not shown twice.
"use strict";

self.addEventListener("push", (event) => {
  const note = event.data.json();
  event.waitUntil(self.registration.showNotification(note.title, { body: note.text, tag: note.id, data: note.link }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const to = new URL(event.notification.data, self.location.origin);
  if (to.origin === self.location.origin) event.waitUntil(self.clients.openWindow(to.href));
});
