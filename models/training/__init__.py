"""Makes the weights: data, vocabulary, network, calibration and export. Needs the train extra."""
