"""The steps of the pipeline, one module each with `run(options, environment)`."""
