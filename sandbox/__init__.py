"""The outside world in a box: both CRMs simulated over HTTP, importing nothing of the program."""
