"""Charts (result → spec), pages (results → blocks) and the renderer that makes them one HTML file."""
