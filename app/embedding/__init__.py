"""From texts to vectors: a bundled static model, or any embedding model that LiteLLM reaches."""
