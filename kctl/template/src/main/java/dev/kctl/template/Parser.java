package dev.kctl.template;

import dev.kctl.template.Expression.Node;
import dev.kctl.template.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a template by Go's grammar, but for templates within templates. */
final class Parser {
  private static final Set<String> NESTED = Set.of("define", "template", "block");

  private final String text;
  private final Set<String> functions;
  private final List<Token> tokens;
  private final Deque<String> variables = new ArrayDeque<>(List.of("$"));
  private int next;
  private int loops;

  private Parser(String text, Set<String> functions) {
    this.text = text;
    this.functions = functions;
    tokens = Lexer.tokens(text);
  }

  static List<Node> parse(String text, Set<String> functions) {
    var parser = new Parser(text, functions);
    var nodes = new ArrayList<Node>();
    var ended = parser.nodes(nodes);
    if (ended.kind() != Kind.END) {
      throw parser.malformed(ended, "unexpected {{" + ended.text() + "}}");
    }
    return nodes;
  }

  /** Reads up to the {@code end} or {@code else} of somebody, or the template's end. */
  private Token nodes(List<Node> into) {
    while (true) {
      var token = take();
      switch (token.kind()) {
        case END -> {
          return token;
        }
        case TEXT -> into.add(new Node.Text(token.text()));
        default -> {
          var ending = action(into);
          if (ending != null) {
            return ending;
          }
        }
      }
    }
  }

  private @Nullable Token action(List<Node> into) {
    var token = takeNonSpace();
    if (token.kind() == Kind.IDENTIFIER) {
      switch (token.text()) {
        case "if" -> into.add(conditional(token));
        case "with" -> into.add(conditional(token));
        case "range" -> into.add(range());
        case "end", "else" -> {
          return token;
        }
        case "break", "continue" -> into.add(jump(token));
        default -> {
          if (NESTED.contains(token.text())) {
            throw malformed(token, "unexpected {{" + token.text() + "}}");
          }
          next--;
          into.add(new Node.Action(pipeline("command", Kind.CLOSE)));
        }
      }
      return null;
    }
    next--;
    into.add(new Node.Action(pipeline("command", Kind.CLOSE)));
    return null;
  }

  private Node conditional(Token keyword) {
    var known = variables.size();
    var condition = pipeline(keyword.text(), Kind.CLOSE);
    var then = new ArrayList<Node>();
    var otherwise = new ArrayList<Node>();
    rest(keyword.text(), then, otherwise);
    forget(known);
    return keyword.text().equals("if")
        ? new Node.If(condition, then, otherwise)
        : new Node.With(condition, then, otherwise);
  }

  private Node range() {
    var known = variables.size();
    var elements = pipeline("range", Kind.CLOSE);
    var body = new ArrayList<Node>();
    var otherwise = new ArrayList<Node>();
    loops++;
    var ending = nodes(body);
    loops--;
    if (ending.text().equals("else")) {
      close();
      ending = nodes(otherwise);
    }
    end(ending);
    forget(known);
    return new Node.Range(elements, body, otherwise);
  }

  /** The branches: {@code else if} is a conditional of its own that shares the end. */
  private void rest(String keyword, List<Node> then, List<Node> otherwise) {
    var ending = nodes(then);
    if (ending.text().equals("else")) {
      var token = takeNonSpace();
      if (token.kind() == Kind.IDENTIFIER && token.text().equals(keyword)) {
        otherwise.add(conditional(token));
        return;
      }
      next--;
      close();
      ending = nodes(otherwise);
    }
    end(ending);
  }

  private void end(Token ending) {
    if (ending.kind() == Kind.END) {
      throw malformed(ending, "unexpected EOF");
    }
    if (ending.text().equals("else")) {
      throw malformed(ending, "expected end; found {{else}}");
    }
    close();
  }

  private void close() {
    var token = takeNonSpace();
    if (token.kind() != Kind.CLOSE) {
      throw unexpected(token, "end");
    }
  }

  private Node jump(Token token) {
    if (loops == 0) {
      throw malformed(token, "{{" + token.text() + "}} outside {{range}}");
    }
    close();
    return new Node.Jump(token.text().equals("break"));
  }

  private Expression.Pipeline pipeline(String context, Kind end) {
    var at = peekNonSpace().at();
    var declared = new ArrayList<String>();
    var assigns = declarations(context, declared);
    var commands = new ArrayList<Expression.Command>();
    while (true) {
      var token = takeNonSpace();
      if (token.kind() == end) {
        check(commands, context, token);
        if (!assigns) {
          declared.forEach(variables::addLast);
        }
        return new Expression.Pipeline(at, declared, assigns, commands);
      }
      if (!startsOperand(token.kind())) {
        throw unexpected(token, context);
      }
      next--;
      commands.add(command());
    }
  }

  /** {@code $x :=}, {@code $x =}, and in a range {@code $i, $x :=}. */
  private boolean declarations(String context, List<String> declared) {
    var start = next;
    var names = new ArrayList<String>();
    while (true) {
      var name = takeNonSpace();
      if (name.kind() != Kind.VARIABLE) {
        next = start;
        return false;
      }
      names.add(name.text());
      var operator = takeNonSpace();
      switch (operator.kind()) {
        case DECLARE, ASSIGN -> {
          var assigns = operator.kind() == Kind.ASSIGN;
          if (assigns) {
            names.forEach(known -> checkKnown(known, name));
          }
          declared.addAll(names);
          return assigns;
        }
        case COMMA -> {
          if (!context.equals("range") || names.size() > 1) {
            throw malformed(operator, "too many declarations in " + context);
          }
        }
        default -> {
          next = start;
          return false;
        }
      }
    }
  }

  private void check(List<Expression.Command> commands, String context, Token end) {
    if (commands.isEmpty()) {
      throw malformed(end, "missing value for " + context);
    }
    for (var stage = 1; stage < commands.size(); stage++) {
      switch (commands.get(stage).words().getFirst()) {
        case Expression.Literal _, Expression.Dot _, Expression.Nil _ ->
            throw malformed(end, "non executable command in pipeline stage " + (stage + 1));
        case Expression _ -> {}
      }
    }
  }

  private Expression.Command command() {
    var words = new ArrayList<Expression>();
    var at = peekNonSpace().at();
    while (true) {
      var operand = operand();
      if (operand != null) {
        words.add(operand);
      }
      var token = take();
      switch (token.kind()) {
        case SPACE -> {
          continue;
        }
        case CLOSE, RIGHT -> next--;
        case PIPE -> {}
        default -> throw unexpected(token, "operand");
      }
      if (words.isEmpty()) {
        throw malformed(token, "empty command");
      }
      return new Expression.Command(at, words);
    }
  }

  private @Nullable Expression operand() {
    peekNonSpace();
    var term = term();
    if (term == null || peek().kind() != Kind.FIELD) {
      return term;
    }
    var at = peek().at();
    var names = new ArrayList<String>();
    while (peek().kind() == Kind.FIELD) {
      names.add(take().text().substring(1));
    }
    return switch (term) {
      case Expression.Field field -> new Expression.Field(at, joined(field.names(), names));
      case Expression.Variable variable ->
          new Expression.Variable(at, joined(variable.names(), names));
      case Expression.Chain chain -> new Expression.Chain(at, chain.inner(), names);
      case Expression other -> throw malformed(peek(), "unexpected . after term \"" + other + "\"");
    };
  }

  private @Nullable Expression term() {
    var token = takeNonSpace();
    var at = token.at();
    return switch (token.kind()) {
      case IDENTIFIER -> identifier(token);
      case DOT -> new Expression.Dot(at);
      case FIELD -> new Expression.Field(at, List.of(token.text().substring(1)));
      case VARIABLE -> {
        checkKnown(token.text(), token);
        yield new Expression.Variable(at, List.of(token.text()));
      }
      case NUMBER, CHARACTER, STRING, RAW_STRING ->
          new Expression.Literal(at, literal(token), token.text());
      case LEFT ->
          new Expression.Chain(at, pipeline("parenthesized pipeline", Kind.RIGHT), List.of());
      default -> {
        next--;
        yield null;
      }
    };
  }

  private Expression identifier(Token token) {
    return switch (token.text()) {
      case "true" -> new Expression.Literal(token.at(), true, "true");
      case "false" -> new Expression.Literal(token.at(), false, "false");
      case "nil" -> new Expression.Nil(token.at());
      case String name when functions.contains(name) -> new Expression.Function(token.at(), name);
      case String name -> throw malformed(token, "function \"" + name + "\" not defined");
    };
  }

  private Object literal(Token token) {
    try {
      return Literals.decode(token);
    } catch (IllegalArgumentException e) {
      throw malformed(token, String.valueOf(e.getMessage()));
    }
  }

  private static List<String> joined(List<String> first, List<String> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static boolean startsOperand(Kind kind) {
    return switch (kind) {
      case CHARACTER, DOT, FIELD, IDENTIFIER, NUMBER, RAW_STRING, STRING, VARIABLE, LEFT -> true;
      case TEXT, OPEN, CLOSE, PIPE, COMMA, DECLARE, ASSIGN, RIGHT, SPACE, END -> false;
    };
  }

  private void checkKnown(String variable, Token token) {
    if (!variables.contains(variable)) {
      throw malformed(token, "undefined variable \"" + variable + "\"");
    }
  }

  private void forget(int known) {
    while (variables.size() > known) {
      variables.removeLast();
    }
  }

  private Token take() {
    return tokens.get(Math.min(next++, tokens.size() - 1));
  }

  private Token takeNonSpace() {
    peekNonSpace();
    return take();
  }

  private Token peek() {
    return tokens.get(Math.min(next, tokens.size() - 1));
  }

  private Token peekNonSpace() {
    while (peek().kind() == Kind.SPACE) {
      next++;
    }
    return peek();
  }

  private TemplateException unexpected(Token token, String context) {
    var what =
        switch (token.kind()) {
          case END -> "EOF";
          case IDENTIFIER -> "<" + token.text() + ">";
          default -> GoText.quote(token.text());
        };
    return malformed(token, "unexpected " + what + " in " + context);
  }

  private TemplateException malformed(Token token, String reason) {
    return Lexer.malformed(text, token.at(), reason);
  }
}
