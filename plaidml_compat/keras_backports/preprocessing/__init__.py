"""tf.keras.preprocessing.image with TensorFlow's pixels: transforms of one image, and generators of batches."""
