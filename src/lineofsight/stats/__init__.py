"""Methods: arrays in, frozen results out; numpy, scipy and the standard library, and no word of business."""
