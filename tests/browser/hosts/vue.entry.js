// Vue without templates, as a strict policy wants it. Properties where the element has them, attributes elsewhere.
import { createApp, h, ref } from "vue";

const app = document.querySelector("#app");

createApp({
  setup() {
    const shown = ref(true);
    const country = ref(["BIH"]);
    const told = ref("");
    return () =>
      h("main", [
        h("button", { id: "toggle", onClick: () => (shown.value = !shown.value) }, "Show or hide"),
        h("button", { id: "serbia", onClick: () => (country.value = ["SRB"]) }, "Serbia"),
        h("output", told.value),
        shown.value &&
          h(
            "mixed-movements",
            {
              src: app.dataset.snapshot, dataset: "new-arrivals", view: "trend", country: country.value, loading: "eager",
              "onMixed-movements:ready": ({ detail }) => (told.value = detail.dataset),
            },
            h("p", "Figures"),
          ),
      ]);
  },
}).mount(app);
