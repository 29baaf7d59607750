// React 19 sets properties where the element has them, and attributes elsewhere.
import { useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";

const app = document.querySelector("#app");

function App() {
  const [shown, setShown] = useState(true);
  const [country, setCountry] = useState(["BIH"]);
  const [told, setTold] = useState("");
  const element = useRef(null);
  useEffect(() => {
    const hear = ({ detail }) => setTold(detail.dataset);
    const node = element.current;
    node?.addEventListener("mixed-movements:ready", hear);
    return () => node?.removeEventListener("mixed-movements:ready", hear);
  }, [shown]);
  return (
    <main>
      <button id="toggle" onClick={() => setShown(!shown)}>Show or hide</button>
      <button id="serbia" onClick={() => setCountry(["SRB"])}>Serbia</button>
      <output>{told}</output>
      {shown && (
        <mixed-movements ref={element} src={app.dataset.snapshot} dataset="new-arrivals" view="trend" country={country} loading="eager">
          <p>Figures</p>
        </mixed-movements>
      )}
    </main>
  );
}

createRoot(app).render(<App />);
