"""Speed, memory and scores, measured on one's own machine; never part of the tests."""
