// Fills the position in where the browser tells it; without this, people type a name.
"use strict";
const button = document.getElementById("here");
if (button && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      (found) => {
        const to = new URL(location.href);
        to.searchParams.delete("q");
        to.searchParams.set("lat", found.coords.latitude.toFixed(4));
        to.searchParams.set("lon", found.coords.longitude.toFixed(4));
        location.assign(to);
      },
      () => {
        button.disabled = false;
        document.getElementById("denied").hidden = false;
      },
      { timeout: 20000, maximumAge: 60000 },
    );
  });
}
