package dev.kctl.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a function is called with. */
record Arguments(List<@Nullable Object> values) {
  int size() {
    return values.size();
  }

  @Nullable Object at(int index) {
    return values.get(index);
  }

  String text(int index) {
    if (values.get(index) instanceof String text) {
      return text;
    }
    throw new FunctionFailure(
        "wrong type for value; expected string; got " + GoText.type(values.get(index)));
  }

  int number(int index) {
    if (values.get(index) instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    throw new FunctionFailure(
        "wrong type for value; expected int; got " + GoText.type(values.get(index)));
  }
}
