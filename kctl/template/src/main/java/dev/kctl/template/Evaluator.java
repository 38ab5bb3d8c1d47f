package dev.kctl.template;

import dev.kctl.template.Expression.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out what pipelines give. */
final class Evaluator {
  /** Of an expression, what errors show. */
  private static final int SHOWN = 20;

  private final String text;
  private final List<Variable> variables = new ArrayList<>();

  private record Variable(String name, @Nullable Object value) {}

  Evaluator(String text, @Nullable Object data) {
    this.text = text;
    variables.add(new Variable("$", data));
  }

  /** How many variables there are now, for {@link #forget}. */
  int known() {
    return variables.size();
  }

  /** Takes away the variables that were declared since. */
  void forget(int known) {
    variables.subList(known, variables.size()).clear();
  }

  /** The pipeline's result, which its variables have got. */
  @Nullable Object pipeline(Expression.Pipeline pipeline, @Nullable Object dot) {
    var result = withoutVariables(pipeline, dot);
    for (var name : pipeline.variables()) {
      put(name, result, pipeline.assigns());
    }
    return result;
  }

  /** The pipeline's result; what becomes of its variables is for the caller to say. */
  @Nullable Object withoutVariables(Expression.Pipeline pipeline, @Nullable Object dot) {
    Value value = null;
    for (var command : pipeline.commands()) {
      value = new Value(command(command, dot, value));
    }
    return value == null ? null : value.object();
  }

  void put(String name, @Nullable Object value, boolean assigns) {
    if (assigns) {
      for (var i = variables.size() - 1; i >= 0; i--) {
        if (variables.get(i).name().equals(name)) {
          variables.set(i, new Variable(name, value));
          return;
        }
      }
    }
    variables.add(new Variable(name, value));
  }

  /** A failure at an expression, in Go's words. */
  TemplateException failure(Expression at, String reason) {
    var before = text.substring(0, at.at());
    var line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    var column = at.at() - (before.lastIndexOf('\n') + 1);
    var shown = at.toString();
    return new TemplateException(
        "template: :"
            + line
            + ":"
            + column
            + ": executing \"\" at <"
            + (shown.length() > SHOWN ? shown.substring(0, SHOWN) + "..." : shown)
            + ">: "
            + reason);
  }

  private @Nullable Object command(
      Expression.Command command, @Nullable Object dot, @Nullable Value piped) {
    var first = command.words().getFirst();
    var words = command.words().subList(1, command.words().size());
    return switch (first) {
      case Expression.Function function when Functions.LAZY.contains(function.name()) ->
          lazily(function, command, words, dot, piped);
      case Expression.Function function -> {
        try {
          yield Functions.call(function.name(), arguments(words, dot, piped));
        } catch (FunctionFailure e) {
          throw failure(command, String.valueOf(e.getMessage()));
        }
      }
      case Expression.Field field -> chain(field, dot, field.names(), arguments(words, dot, piped));
      case Expression.Variable variable when variable.names().size() > 1 ->
          chain(
              variable,
              find(variable.names().getFirst()),
              variable.names().subList(1, variable.names().size()),
              arguments(words, dot, piped));
      case Expression.Chain chain when !chain.names().isEmpty() ->
          chain(chain, pipeline(chain.inner(), dot), chain.names(), arguments(words, dot, piped));
      case Expression.Nil nil -> throw failure(nil, "nil is not a command");
      case Expression other -> {
        if (!words.isEmpty() || piped != null) {
          throw failure(command, "can't give argument to non-function " + other);
        }
        yield operand(other, dot);
      }
    };
  }

  /** {@code and} and {@code or} stop at the argument that decides. */
  private @Nullable Object lazily(
      Expression.Function function,
      Expression.Command command,
      List<Expression> words,
      @Nullable Object dot,
      @Nullable Value piped) {
    if (words.isEmpty() && piped == null) {
      throw failure(
          command, "wrong number of args for " + function.name() + ": want at least 1 got 0");
    }
    var decides = function.name().equals("or");
    @Nullable Object value = null;
    for (var word : words) {
      value = operand(word, dot);
      if (GoText.isTrue(value) == decides) {
        return value;
      }
    }
    return piped == null ? value : piped.object();
  }

  private List<@Nullable Object> arguments(
      List<Expression> words, @Nullable Object dot, @Nullable Value piped) {
    var arguments = new ArrayList<@Nullable Object>();
    for (var word : words) {
      arguments.add(operand(word, dot));
    }
    if (piped != null) {
      arguments.add(piped.object());
    }
    return arguments;
  }

  private @Nullable Object operand(Expression word, @Nullable Object dot) {
    return switch (word) {
      case Expression.Dot _ -> dot;
      case Expression.Nil _ -> null;
      case Expression.Literal literal -> literal.value();
      case Expression.Field field -> chain(field, dot, field.names(), List.of());
      case Expression.Variable variable ->
          chain(
              variable,
              find(variable.names().getFirst()),
              variable.names().subList(1, variable.names().size()),
              List.of());
      case Expression.Chain chain ->
          chain(chain, pipeline(chain.inner(), dot), chain.names(), List.of());
      case Expression.Function function ->
          command(new Expression.Command(function.at(), List.of(function)), dot, null);
      case Expression.Command command -> command(command, dot, null);
      case Expression.Pipeline pipeline -> pipeline(pipeline, dot);
    };
  }

  private @Nullable Object chain(
      Expression at, @Nullable Object from, List<String> names, List<@Nullable Object> arguments) {
    var value = from;
    try {
      for (var i = 0; i < names.size(); i++) {
        value = Fields.get(value, names.get(i), i == names.size() - 1 ? arguments : List.of());
      }
    } catch (FunctionFailure e) {
      throw failure(at, String.valueOf(e.getMessage()));
    }
    return value;
  }

  private @Nullable Object find(String name) {
    for (var i = variables.size() - 1; i >= 0; i--) {
      if (variables.get(i).name().equals(name)) {
        return variables.get(i).value();
      }
    }
    throw new IllegalStateException("the parser knew a variable " + name);
  }
}
