"""Says how right the tagger is: scores with intervals, beside baselines, over floors."""
